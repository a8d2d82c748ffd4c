"""QW201: the same question with the same values, asked again and again."""

from fastapi import APIRouter

from example_app.database import Reader
from example_app.repositories import Orders, Permissions

router = APIRouter()
ROLE, ACTION = "clerk", "see orders"


@router.get("/sins/permissions")
def visible_orders(session: Reader) -> list[int]:
    """Look up one and the same permission for each order."""
    permissions = Permissions(session)
    return [order.id for order in Orders(session).page() if permissions.allows(ROLE, ACTION)]


@router.get("/cures/permissions")
def visible_orders_cured(session: Reader) -> list[int]:
    """Look the permission up once."""
    allowed = Permissions(session).allows(ROLE, ACTION)
    return [order.id for order in Orders(session).page() if allowed]

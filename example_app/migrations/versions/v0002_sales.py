"""The sales: customers, what their roles may do, and their orders."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the sales."""
    op.create_table("customers", _id(), _text("name", 100), _text("role", 20))
    op.create_table(
        "permissions",
        _id(),
        sa.Column("role", sa.String(20), nullable=False, index=True),
        _text("action", 50),
        sa.Column("allowed", sa.Boolean, nullable=False),
    )
    op.create_table("orders", _id(), _reference("customer_id", "customers.id"))
    op.create_table(
        "order_items",
        _id(),
        _text("sku", 20),
        sa.Column("quantity", sa.Integer, nullable=False),
        _reference("order_id", "orders.id"),
    )


def downgrade() -> None:
    """Drop them, those that refer to others first."""
    for table in ("order_items", "orders", "permissions", "customers"):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _reference(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target), nullable=False, index=True)

"""The catalogue: authors, books and what belongs to them, and the products on the shelf."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the catalogue."""
    for table in ("authors", "publishers"):
        op.create_table(table, _id(), _text("name", 100))
    op.create_table("tags", _id(), sa.Column("name", sa.String(50), nullable=False, unique=True))
    op.create_table(
        "books",
        _id(),
        _text("title", 200),
        _number("price_cents"),
        _number("sold"),
        sa.Column("description", sa.Text, nullable=False),
        _reference("author_id", "authors.id"),
        _reference("publisher_id", "publishers.id"),
    )
    op.create_table(
        "book_tags",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("tag_id", sa.Integer, sa.ForeignKey("tags.id"), primary_key=True),
    )
    book = ("book_id", "books.id")
    op.create_table("chapters", _id(), _number("number"), _text("title", 200), _reference(*book))
    op.create_table("reviews", _id(), _number("stars"), _text("text", 500), _reference(*book))
    sku = sa.Column("sku", sa.String(20), nullable=False, unique=True)
    op.create_table("products", _id(), _text("kind", 20), sku)
    op.create_table("printed_books", _product_id(), _number("pages"))
    op.create_table("audio_books", _product_id(), _number("minutes"))


def downgrade() -> None:
    """Drop them, those that refer to others first."""
    for table in ("audio_books", "printed_books", "products", "reviews", "chapters"):
        op.drop_table(table)
    for table in ("book_tags", "books", "tags", "publishers", "authors"):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _product_id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, sa.ForeignKey("products.id"), primary_key=True)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _reference(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target), nullable=False, index=True)

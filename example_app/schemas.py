"""The JSON the bookshop answers with."""

from pydantic import BaseModel, ConfigDict


class OrderSkus(BaseModel):
    """An order and what was in it."""

    id: int
    skus: list[str]


class OrderCustomer(BaseModel):
    """An order and who placed it."""

    id: int
    customer: str


class AuthorChapters(BaseModel):
    """An author and the titles of every chapter they wrote."""

    name: str
    chapters: list[str]


class BookNames(BaseModel):
    """A book and some names that belong to it: its tags, say, or its publisher."""

    title: str
    names: list[str]


class BookText(BaseModel):
    """A book and one long text: its description, or a review."""

    title: str
    text: str


class BookPrice(BaseModel):
    """A book and what it costs."""

    title: str
    price_cents: int


class BookCount(BaseModel):
    """A book and how many of something it has."""

    id: int
    count: int


class ReviewStars(BaseModel):
    """What is shown of a review in a list."""

    model_config = ConfigDict(from_attributes=True)
    stars: int


class ReviewedBook(BaseModel):
    """A book with its reviews, filled straight from the model's attributes."""

    model_config = ConfigDict(from_attributes=True)
    title: str
    reviews: list[ReviewStars]


class ProductLength(BaseModel):
    """A product and how long it is, in pages or in minutes."""

    sku: str
    length: str


class Written(BaseModel):
    """How many rows a request has written."""

    rows: int

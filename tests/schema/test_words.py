"""Singular, plural and valid names: what tables are really called, and the library's known slips."""

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.words import plural, singular, valid_name

GRAPHQL_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
fixed = settings(derandomize=True, deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("track", "tracks"),
        ("media_type", "media_types"),
        ("invoice_line", "invoice_lines"),
        ("category", "categories"),
        ("day", "days"),
        ("person", "people"),
        ("child", "children"),
        ("city", "cities"),
        ("match", "matches"),
        ("box", "boxes"),
        ("address", "addresses"),
        ("order_status", "order_statuses"),
        ("bus", "buses"),
        ("gas", "gases"),
        ("lens", "lenses"),
        ("alias", "aliases"),
        ("canvas", "canvases"),
        ("virus", "viruses"),
        ("campus", "campuses"),
        ("analysis", "analyses"),
        ("class", "classes"),
        ("process", "processes"),
        ("business", "businesses"),
        ("movie", "movies"),
        ("cookie", "cookies"),
        ("selfie", "selfies"),
        ("cache", "caches"),
        ("database", "databases"),
        ("house", "houses"),
        ("hero", "heroes"),
        ("photo", "photos"),
        ("schema", "schemas"),
        ("area", "areas"),
        ("api", "apis"),
        ("menu", "menus"),
        ("sku", "skus"),
        ("series", "series"),
        ("news", "news"),
        ("species", "species"),
        ("data", "data"),
        ("user_data", "user_data"),
        ("media", "media"),
        ("sms", "sms"),
        ("InvoiceLine", "InvoiceLines"),
        ("USER", "USERS"),
        ("Mixed Case", "Mixed Cases"),
        ("api_key", "api_keys"),
    ],
)
def test_both_numbers(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one
    # Whatever a table is called, its name in the wanted number stays as it is.
    assert singular(one) == one
    assert plural(many) == many


@pytest.mark.parametrize("word", ["indices", "vertices", "matrices", "indexes", "staffs", "glasses", "sales"])
def test_a_plural_stays_as_it_is_written(word: str) -> None:
    assert plural(word) == word


def test_only_the_last_word_is_inflected() -> None:
    assert plural("people_address") == "people_addresses"
    assert singular("news_items") == "news_item"
    assert singular("sales_orders") == "sales_order"


def test_names_that_are_no_english() -> None:
    assert plural("t0001") == "t0001s"
    assert singular("t0001") == "t0001"
    assert plural("größe") == "größes"
    assert plural("order_") == "order_s"


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("track", "track"),
        ("_private", "_private"),
        ("__typename", "_typename"),
        ("____", "u005f"),
        ("2nd", "_2nd"),
        ("a b", "a_b"),
        ("with-dash", "with_dash"),
        ("größe", "grosse"),
        ("Ünïcödé", "Unicode"),
        ("名前", "u540du524d"),
        ("😀", "u1f600"),
        ("٣", "u0663"),
        ("_", "u005f"),
        ("-2", "_2"),
    ],
)
def test_the_nearest_valid_name(name: str, valid: str) -> None:
    assert valid_name(name) == valid


@fixed
@given(st.text(max_size=40))
def test_any_text_becomes_a_graphql_name(text: str) -> None:
    name = valid_name(text)
    assert GRAPHQL_NAME.fullmatch(name)
    assert not name.startswith("__")
    assert valid_name(name) == name


@fixed
@given(st.from_regex(r"[A-Za-z_]{1,20}", fullmatch=True))
def test_any_word_has_two_numbers(word: str) -> None:
    assert GRAPHQL_NAME.fullmatch(plural(word))
    assert GRAPHQL_NAME.fullmatch(singular(word))
    assert singular(word)


def test_the_library_is_not_slow_to_import_and_leaves_typeguard_as_it_was() -> None:
    program = (
        "import typeguard; before = typeguard.typechecked\n"
        "from schema.words import plural\n"
        "import sys; assert 'inflect' not in sys.modules\n"
        "import time; start = time.process_time(); assert plural('person') == 'people'\n"
        "took = time.process_time() - start\n"
        "assert typeguard.typechecked is before\n"
        "assert took < 0.8, took\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

"""Data for the properties of the formats: hypothesis strategies for what a render may hold."""

from hypothesis import strategies as st

# Text that has meanings in some reader stands out here, since arbitrary text seldom hits it.
WORDS = (
    *("yes", "No", "ON", "off", "y", "N", "true", "FALSE", "null", "Null", "~", "", " ", "=", "<<", "-", "--", "---"),
    *("1", "-1", "+1", "0", "010", "0o14", "0x1F", "0b1", "1_000", "1,000", "12:30:45", "1:20", "190:20:30.15", "1.5"),
    *("5.", ".5", "1e3", "1.0e+3", "-.inf", ".Inf", ".nan", ".NaN", "2001-12-14", "2001-12-14t21:59:43.10-05:00"),
    *("256Mi", "30s", "80%", "1E", "7e", "1e", "12d", "0s", "1.2.3", "a: b", "a:b", "a #b", "a#b", "a:", ":a", "#a"),
    *(" a", "a ", "- a", "-a", "--a", "? a", "[a]", "{a}", "a, b", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a'"),
    *('"a"', "a\\", "a\n", "\na", "a\nb", "a\n\n", "a\n  b\n", "a\n \n", " a\nb", "\ta\nb", "a\n\tb", "a\n#b", "..."),
    *("a\n---\nb", "\n", "\t", "\x00", "\x1b", "\x7f", "\x85", "\xa0", "a\x85b", "a\u2028b", "\ufeff", "\u200b"),
    *("\uffff", "\U0001f600", "é", "日本", "$a", "${a}", "${a:-b}", "$(a)", "`a`", "it's", 'say "a"', 'it\'s "a"'),
    *("a\\\\b", "a\\nb", "C:\\dir\\", "a\rb", "!"),
)
text = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text("ab1 -:#'\"\\\n\t${}[],", max_size=12),
)
integers = st.integers(-(2**63), 2**64 - 1)
finite = st.floats(allow_nan=False, allow_infinity=False)


def documents(floats: st.SearchStrategy[float] = finite) -> st.SearchStrategy[dict[str, object]]:
    """Maps as deep and as odd as they come, with the given floats in them."""
    leaves = st.none() | st.booleans() | integers | floats | text
    nested = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=20
    )
    return st.dictionaries(text, nested, max_size=5)

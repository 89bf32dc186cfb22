//! Compares two pieces of HTML as a browser would read them.
//!
//! Both are parsed, and written down again as a list of tokens in which only these do not count: the order of
//! attributes, the amount of white space in a class attribute, and white space that no browser shows. White space
//! counts between words and inline elements, and does not at the edge of a block; at the edge of an inline element
//! it counts as standing outside the element.

use scraper::{Html, Node};
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Open(String, String),
    Close(String),
    Word(String),
    Space,
    /// Text in which every character counts.
    Exact(String),
}

impl fmt::Display for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(name, attributes) => write!(out, "<{name}{attributes}>"),
            Self::Close(name) => write!(out, "</{name}>"),
            Self::Word(text) | Self::Exact(text) => out.write_str(text),
            Self::Space => out.write_str(" "),
        }
    }
}

const INLINE: [&str; 15] = [
    "a", "abbr", "b", "code", "em", "i", "kbd", "label", "q", "small", "span", "strong", "sub", "sup", "time",
];
/// Inline from outside, with an inside of their own.
const BOXES: [&str; 4] = ["button", "select", "svg", "textarea"];
const VOID: [&str; 3] = ["input", "img", "wbr"];

/// What stands on one side of some white space.
#[derive(PartialEq, Eq)]
enum Side {
    Inline,
    Edge,
}

impl Token {
    fn is_inline_tag(&self) -> bool {
        matches!(self, Self::Open(name, _) | Self::Close(name) if INLINE.contains(&name.as_str()))
    }

    fn before_space(&self) -> Side {
        match self {
            Self::Word(_) | Self::Exact(_) => Side::Inline,
            Self::Open(name, _) if VOID.contains(&name.as_str()) => Side::Inline,
            Self::Close(name) if BOXES.contains(&name.as_str()) => Side::Inline,
            _ => Side::Edge,
        }
    }

    fn after_space(&self) -> Side {
        match self {
            Self::Word(_) | Self::Exact(_) => Side::Inline,
            Self::Open(name, _) if VOID.contains(&name.as_str()) || BOXES.contains(&name.as_str()) => {
                Side::Inline
            }
            _ => Side::Edge,
        }
    }
}

/// The tokens of a fragment of HTML.
pub(crate) fn tokens(html: &str) -> Vec<Token> {
    let document = Html::parse_fragment(html);
    let mut raw = Vec::new();
    for child in document.root_element().children() {
        collect(child, false, &mut raw);
    }
    settle_spaces(raw)
}

fn collect(node: ego_tree::NodeRef<'_, Node>, exact: bool, out: &mut Vec<Token>) {
    match node.value() {
        Node::Text(text) if exact => out.push(Token::Exact(text.to_string())),
        Node::Text(text) => collect_text(text, out),
        Node::Element(element) => {
            let name = element.name().to_owned();
            let mut attributes: Vec<String> = element
                .attrs()
                .map(|(key, value)| match key {
                    "class" => {
                        format!(" class=\"{}\"", value.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
                    }
                    _ => format!(" {key}=\"{value}\""),
                })
                .collect();
            attributes.sort();
            out.push(Token::Open(name.clone(), attributes.concat()));
            let exact = exact || name == "textarea" || name == "pre";
            for child in node.children() {
                collect(child, exact, out);
            }
            if !VOID.contains(&name.as_str()) {
                out.push(Token::Close(name));
            }
        }
        _ => {}
    }
}

fn collect_text(text: &str, out: &mut Vec<Token>) {
    // Only the white space of HTML: a no-break space is a character like others.
    let space = |letter: char| letter.is_ascii_whitespace();
    if text.starts_with(space) {
        out.push(Token::Space);
    }
    for word in text.split(space).filter(|word| !word.is_empty()) {
        if matches!(out.last(), Some(Token::Word(_))) {
            out.push(Token::Space);
        }
        out.push(Token::Word(word.to_owned()));
    }
    if text.ends_with(space) {
        out.push(Token::Space);
    }
}

/// Takes each run of spaces and inline tags between two other tokens, and leaves one space in it or none.
fn settle_spaces(raw: Vec<Token>) -> Vec<Token> {
    let mut settled: Vec<Token> = Vec::new();
    let mut before = Side::Edge;
    let mut run: Vec<Token> = Vec::new();
    for token in raw.into_iter().map(Some).chain([None]) {
        if let Some(part) = token.as_ref().filter(|token| **token == Token::Space || token.is_inline_tag()) {
            run.push(part.clone());
            continue;
        }
        let after = token.as_ref().map_or(Side::Edge, Token::after_space);
        let spaced = run.contains(&Token::Space) && before == Side::Inline && after == Side::Inline;
        let mut tags = run.drain(..).filter(|part| *part != Token::Space).peekable();
        while let Some(close) = tags.next_if(|tag| matches!(tag, Token::Close(_))) {
            settled.push(close);
        }
        if spaced {
            settled.push(Token::Space);
        }
        settled.extend(tags);
        before = token.as_ref().map_or(Side::Edge, Token::before_space);
        settled.extend(token);
    }
    settled
}

/// The first place at which the two differ, in words; `None` when they are the same.
pub(crate) fn first_difference(expected: &str, found: &str) -> Option<String> {
    let (expected, found) = (tokens(expected), tokens(found));
    let at = (0..expected.len().max(found.len())).find(|at| expected.get(*at) != found.get(*at))?;
    let around = |tokens: &[Token]| -> String {
        tokens.iter().skip(at.saturating_sub(4)).take(10).map(ToString::to_string).collect()
    };
    Some(format!("expected ...{}...\n       found ...{}...", around(&expected), around(&found)))
}

#[test]
fn what_does_not_count_makes_no_difference() {
    let same = [
        ("<p class=' a  b ' id=x>One\n two</p>", "<p id=\"x\" class=\"a b\"> One two </p>"),
        ("<p>One <a href=x> two</a></p>", "<p>One<a href=x> two</a></p>"),
        ("<div>\n<button>\n Go\n</button>\n</div>", "<div><button>Go</button></div>"),
    ];
    for (left, right) in same {
        assert_eq!(first_difference(left, right), None, "{left} and {right}");
    }
}

#[test]
fn what_counts_makes_a_difference() {
    let different = [
        ("<p>One <b>two</b></p>", "<p>One<b>two</b></p>"),
        ("<p>One</p>", "<div>One</div>"),
        ("<p class='a b'>One</p>", "<p class='b a'>One</p>"),
        ("<p id='x'>One</p>", "<p>One</p>"),
        ("<p>One two</p>", "<p>Onetwo</p>"),
        ("<textarea>a b</textarea>", "<textarea>a  b</textarea>"),
        ("<input> <input>", "<input><input>"),
        ("<p>One\u{a0}two</p>", "<p>One two</p>"),
        ("<p hidden>One</p>", "<p>One</p>"),
    ];
    for (left, right) in different {
        assert!(first_difference(left, right).is_some(), "{left} and {right}");
    }
}

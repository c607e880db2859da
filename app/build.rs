//! Checks the message files against each other and writes one typed function for each message.
//!
//! `locales/nb.ftl` is the reference. A missing, foreign or doubled message, an unknown variable
//! and broken syntax stop the build, each with a sentence that names the file and the message.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Resource},
    parser, serializer,
};

/// The language every other one is measured by; it comes first in the list of languages.
const REFERENCE: &str = "nb";
/// These must always be complete; the others may declare that they are not.
const ALWAYS_COMPLETE: [&str; 2] = [REFERENCE, "en"];
const INCOMPLETE: &str = "# incomplete: falls back to nb";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // Whoever cuts the wasm must know what refers to what.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let mut complaints = Vec::new();
    let written = build(&mut complaints);
    if let Err(fault) = written {
        complaints.push(fault);
    }
    for complaint in complaints {
        println!("cargo::error={complaint}");
    }
}

fn build(complaints: &mut Vec<String>) -> Result<(), String> {
    let sources = read(Path::new("locales"))?;
    let locales: Vec<Locale<'_>> =
        sources.iter().map(|(code, source)| Locale::parse(code, source, complaints)).collect();
    let Some((reference, others)) = locales.split_first() else {
        return Err("locales: there is no message file".to_owned());
    };
    if reference.code != REFERENCE {
        return Err(format!("locales/{REFERENCE}.ftl: the reference is missing"));
    }
    for other in others {
        other.compare(reference, complaints);
    }
    let languages: Vec<String> = locales.iter().filter_map(|locale| locale.language(complaints)).collect();
    if !complaints.is_empty() {
        return Ok(());
    }
    let folder = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run this through cargo")?;
    let file = Path::new(&folder).join("messages.rs");
    fs::write(&file, rust(reference, &languages)).map_err(|fault| format!("{}: {fault}", file.display()))
}

/// Reads all message files as (code, text): the always complete ones first, then by code.
fn read(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let failed = |path: &Path, fault: std::io::Error| format!("{}: {fault}", path.display());
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).map_err(|fault| failed(folder, fault))? {
        let path = entry.map_err(|fault| failed(folder, fault))?.path();
        if path.extension().is_none_or(|extension| extension != "ftl") {
            continue;
        }
        println!("cargo::rerun-if-changed={}", path.display());
        let code = path.file_stem().unwrap_or_default().to_string_lossy();
        let source = fs::read_to_string(&path).map_err(|fault| failed(&path, fault))?;
        sources.push((code.into_owned(), source));
    }
    sources.sort_by_key(|(code, _)| {
        let place = ALWAYS_COMPLETE.iter().position(|known| known == code);
        (place.unwrap_or(ALWAYS_COMPLETE.len()), code.clone())
    });
    Ok(sources)
}

/// One message file, found sound in itself.
struct Locale<'s> {
    code: &'s str,
    may_be_incomplete: bool,
    /// In the order of the file.
    messages: Vec<Message<&'s str>>,
}

impl<'s> Locale<'s> {
    fn parse(code: &'s str, source: &'s str, complaints: &mut Vec<String>) -> Self {
        let file = format!("locales/{code}.ftl");
        let resource = parser::parse(source).unwrap_or_else(|(resource, errors)| {
            complaints.extend(errors.into_iter().map(|error| {
                let line = line_of(source, error.pos.start);
                let text = source.lines().nth(line - 1).unwrap_or_default().trim();
                format!("{file}, line {line}, “{text}”: {error}")
            }));
            resource
        });

        let mut messages: Vec<Message<&'s str>> = Vec::new();
        let mut terms = BTreeSet::new();
        for entry in resource.body {
            match entry {
                Entry::Message(message) => messages.push(message),
                Entry::Term(term) => {
                    if !terms.insert(term.id.name) {
                        complaints.push(format!("{file}, -{}: written twice", term.id.name));
                    }
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => {}
            }
        }

        let mut keys = BTreeSet::new();
        for message in &messages {
            let key = message.id.name;
            let mut complain = |what: String| complaints.push(format!("{file}, {key}: {what}"));
            if !keys.insert(key) {
                complain("written twice".to_owned());
            }
            if !is_kebab_case(key) || is_taken(key) {
                complain("a key is kebab-case and no word of Rust, such as week-title".to_owned());
            }
            if message.value.is_none() || !message.attributes.is_empty() {
                complain("a message has a text and no attributes; write two messages".to_owned());
            }
            let uses = Uses::of(message);
            for variable in &uses.variables {
                if !is_kebab_case(variable) || is_taken(variable) {
                    complain(format!("${variable} is not kebab-case, or a word of Rust"));
                }
            }
            for term in uses.terms.iter().filter(|term| !terms.contains(*term)) {
                complain(format!("there is no term -{term} in this file"));
            }
            for other in &uses.unsupported {
                complain(format!("{other} is used; only variables and terms are supported"));
            }
        }

        let first_line = source.lines().next().unwrap_or_default().trim_end();
        Self { code, may_be_incomplete: first_line == INCOMPLETE && !ALWAYS_COMPLETE.contains(&code), messages }
    }

    /// Complains of what is missing, foreign, or uses a variable the reference does not have.
    fn compare(&self, reference: &Locale<'_>, complaints: &mut Vec<String>) {
        let code = self.code;
        let mut complain = |key: &str, what: String| {
            complaints.push(format!("locales/{code}.ftl, {key}: {what}"));
        };
        let own: BTreeMap<&str, &Message<&str>> = self.by_key();
        let wanted: BTreeMap<&str, &Message<&str>> = reference.by_key();
        for message in &reference.messages {
            let key = message.id.name;
            if !own.contains_key(key) && !self.may_be_incomplete {
                complain(key, format!("missing; it is in {}.ftl", reference.code));
            }
        }
        for message in &self.messages {
            let key = message.id.name;
            let Some(original) = wanted.get(key) else {
                complain(key, format!("foreign; {}.ftl has no such message", reference.code));
                continue;
            };
            let known = Uses::of(original).variables;
            for variable in Uses::of(message).variables {
                if !known.contains(&variable) {
                    let code = reference.code;
                    complain(key, format!("${variable} is unknown; {code}.ftl does not use it"));
                }
            }
        }
    }

    /// This language's row in the list of languages, as Rust.
    fn language(&self, complaints: &mut Vec<String>) -> Option<String> {
        let code = self.code;
        let messages = self.by_key();
        let text = |key: &str| messages.get(key).and_then(|message| plain_text(message));
        let direction = match text("language-dir").as_deref() {
            Some("ltr") => "LeftToRight",
            Some("rtl") => "RightToLeft",
            _ => {
                complaints.push(format!("locales/{code}.ftl, language-dir: must be ltr or rtl"));
                return None;
            }
        };
        let Some(own_name) = text("language-name") else {
            complaints.push(format!("locales/{code}.ftl, language-name: must be plain text"));
            return None;
        };
        Some(format!(
            "    super::Language {{\n        code: {code:?},\n        own_name: {own_name:?},\n        \
             direction: super::Direction::{direction},\n    }},\n"
        ))
    }

    fn by_key(&self) -> BTreeMap<&str, &Message<&'s str>> {
        self.messages.iter().map(|message| (message.id.name, message)).collect()
    }
}

/// What a message mentions, each once, in the order of first appearance.
#[derive(Default)]
struct Uses<'s> {
    variables: Vec<&'s str>,
    terms: Vec<&'s str>,
    /// Functions and other messages: their variables would not be seen here.
    unsupported: Vec<&'s str>,
}

impl<'s> Uses<'s> {
    fn of(message: &Message<&'s str>) -> Self {
        let mut uses = Self::default();
        if let Some(pattern) = &message.value {
            uses.pattern(pattern);
        }
        uses
    }

    fn pattern(&mut self, pattern: &Pattern<&'s str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&'s str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&'s str>) {
        match inline {
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            InlineExpression::VariableReference { id } => note(&mut self.variables, id.name),
            InlineExpression::TermReference { id, .. } => note(&mut self.terms, id.name),
            InlineExpression::MessageReference { id, .. } | InlineExpression::FunctionReference { id, .. } => {
                note(&mut self.unsupported, id.name)
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
        }
    }
}

fn note<'s>(seen: &mut Vec<&'s str>, name: &'s str) {
    if !seen.contains(&name) {
        seen.push(name);
    }
}

/// The text of a message without placeables.
fn plain_text(message: &Message<&str>) -> Option<String> {
    let elements = &message.value.as_ref()?.elements;
    elements
        .iter()
        .map(|element| match element {
            PatternElement::TextElement { value } => Some(*value),
            PatternElement::Placeable { .. } => None,
        })
        .collect()
}

fn line_of(source: &str, position: usize) -> usize {
    let before = source.bytes().take(position);
    before.filter(|byte| *byte == b'\n').count() + 1
}

fn is_kebab_case(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(is_word)
}

/// Words that cannot name a function or an argument; `args` is used by the functions themselves.
fn is_taken(name: &str) -> bool {
    const TAKEN: &str = "abstract args as async await become box break const continue crate do dyn \
        else enum extern false final fn for gen if impl in let loop macro match mod move mut \
        override priv pub ref return self static struct super trait true try type typeof unsafe \
        unsized use virtual where while yield";
    TAKEN.split(' ').any(|word| word == name)
}

/// The whole of `messages.rs`.
fn rust(reference: &Locale<'_>, languages: &[String]) -> String {
    let mut code = String::from(
        "// Written by app/build.rs from app/locales; do not edit.\n\n\
         use fluent_bundle::{FluentArgs, FluentValue};\n\n\
         /// Every language there is a message file for; the reference comes first.\n\
         pub const LANGUAGES: &[super::Language] = &[\n",
    );
    code.extend(languages.iter().map(String::as_str));
    code.push_str("];\n");
    code.extend(reference.messages.iter().map(function));
    code
}

/// The function of one message; its documentation is the text in the reference.
fn function(message: &Message<&str>) -> String {
    let key = message.id.name;
    let name = key.replace('-', "_");
    let text =
        serializer::serialize(&Resource { body: vec![Entry::Message(Message { comment: None, ..message.clone() })] });
    let docs: String = text.trim_end().lines().map(|line| format!("/// {line}\n")).collect();
    let variables = Uses::of(message).variables;
    let arguments: Vec<String> = variables
        .iter()
        .map(|variable| format!("{}: impl Into<FluentValue<'static>>", variable.replace('-', "_")))
        .collect();
    let sets: String = variables
        .iter()
        .map(|variable| format!("    args.set({variable:?}, {});\n", variable.replace('-', "_")))
        .collect();
    let (make, args) = if variables.is_empty() {
        ("", "FluentArgs::new()")
    } else {
        ("    let mut args = FluentArgs::new();\n", "args")
    };
    format!(
        "\n/// ```text\n{docs}/// ```\n\
         #[cfg_attr(debug_assertions, track_caller)]\n\
         pub fn {name}({}) -> String {{\n{make}{sets}    super::format({key:?}, &{args})\n}}\n",
        arguments.join(", ")
    )
}

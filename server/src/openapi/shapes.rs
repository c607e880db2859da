//! What the parts of a command look like on the wire. What a field is made of is asked of the compiler: nothing here
//! says it a second time.

use serde_json::{Map, Value, json};
use shared::{
    Key, Role,
    prim::{Bytes, Date, Id, Name, Note, TimeOfDay},
};

/// What stands in no text of one line: what controls a screen, or turns the direction of what follows.
const CONTROLS: &str = r"\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069";
/// The same for several lines.
const CONTROLS_BUT_BREAKS: &str = r"\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069";
/// What shows nothing by itself. A pattern has no escape for what lies beyond the first plane.
const HIDDEN: &str = "\\s\\u00ad\\u034f\\u061c\\u115f\\u1160\\u180e\\u200b-\\u200f\\u2060-\\u206f\\u2800\\u3164\
    \\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}";

/// Looks like something on the wire.
pub trait Shape {
    /// May a field of it be left out?
    const IS_SPARE: bool = false;

    /// Its schema.
    fn shape() -> Value;
}

/// An object, field by field; a field too many is refused.
#[derive(Debug, Default)]
pub struct Object {
    required: Vec<&'static str>,
    properties: Map<String, Value>,
}

impl Object {
    /// With this field besides, of the type that `_of` finds there.
    #[must_use]
    pub fn with<S, T: Shape>(mut self, name: &'static str, _of: impl Fn(&S) -> &T) -> Self {
        if !T::IS_SPARE {
            self.required.push(name);
        }
        self.and(name, T::shape())
    }

    /// Likewise, and it may be left out, whatever its type.
    #[must_use]
    pub fn with_spare<S, T: Shape>(self, name: &'static str, _of: impl Fn(&S) -> &T) -> Self {
        self.and(name, T::shape())
    }

    fn and(mut self, name: &str, schema: Value) -> Self {
        self.properties.insert(name.to_owned(), schema);
        self
    }

    /// Its schema.
    #[must_use]
    pub fn shape(self) -> Value {
        json!({
            "type": "object",
            "required": self.required,
            "properties": self.properties,
            "additionalProperties": false
        })
    }
}

/// The shape of what `_of` finds in an `S`.
pub fn inner<S, T: Shape>(_of: impl Fn(&S) -> Option<&T>) -> Value {
    T::shape()
}

/// An object with all of these fields, and no others.
pub fn closed(fields: Value) -> Value {
    let names: Vec<_> = fields.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    json!({"type": "object", "required": names, "properties": fields, "additionalProperties": false})
}

/// A struct by its fields; those after `or` may be left out. One that is forgotten does not compile.
macro_rules! object {
    ($type:ty { $($field:ident),+ $(,)? } $(or { $($spare:ident),+ $(,)? })?) => {
        impl $crate::openapi::shapes::Shape for $type {
            fn shape() -> serde_json::Value {
                let _all = |Self { $($field: _,)+ $($($spare: _,)+)? }: &Self| ();
                $crate::openapi::shapes::Object::default()
                    $(.with(stringify!($field), |one: &Self| &one.$field))+
                    $($(.with_spare(stringify!($spare), |one: &Self| &one.$spare))+)?
                    .shape()
            }
        }
    };
}
pub(super) use object;

/// One of some words, or an object with what belongs to one more. One that is forgotten does not compile.
macro_rules! choice {
    ($type:ty { $($word:ident),+ ; $name:literal = $more:ident }) => {
        impl $crate::openapi::shapes::Shape for $type {
            fn shape() -> serde_json::Value {
                let words = [$(Self::$word),+];
                let more = $crate::openapi::shapes::inner(|one: &Self| match one {
                    Self::$more(more) => Some(more),
                    $(Self::$word)|+ => None,
                });
                serde_json::json!({"oneOf": [
                    {"type": "string", "enum": words},
                    $crate::openapi::shapes::closed(serde_json::json!({$name: more}))
                ]})
            }
        }
    };
}
pub(super) use choice;

/// One of some words. One that is forgotten does not compile.
macro_rules! word {
    ($type:ty { $($word:ident),+ $(,)? }) => {
        impl $crate::openapi::shapes::Shape for $type {
            fn shape() -> serde_json::Value {
                let _all = |($(Self::$word)|+): &Self| ();
                let words = [$(Self::$word),+];
                serde_json::json!({"type": "string", "enum": words})
            }
        }
    };
}
pub(super) use word;

/// A text in which something shows. White space around it is cut off before it is measured, so that a longer one may be
/// taken too; nobody needs to know.
fn text(controls: &str, most: usize) -> Value {
    let pattern = format!("^[^{controls}]*[^{controls}{HIDDEN}][^{controls}]*$");
    json!({"type": "string", "minLength": 1, "maxLength": most, "pattern": pattern})
}

/// What only commands are made of, by its name. The rest stands among the words of the wire.
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        (
            "TimeOfDay",
            json!({"type": "string", "pattern": "^([01]?[0-9]|2[0-3])[:.][0-5][0-9]$", "examples": ["09:00"]}),
        ),
        ("Name", text(CONTROLS, 80)),
        ("Note", text(CONTROLS_BUT_BREAKS, 500)),
        ("Bytes", json!({"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Thirty-two bytes."})),
        ("Key", json!({"type": "string", "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"})),
    ]
}

fn to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

impl<T: ?Sized> Shape for Id<T> {
    fn shape() -> Value {
        to("Id")
    }
}

macro_rules! by_name {
    ($($type:ident),+) => {
        $(
            impl Shape for $type {
                fn shape() -> Value {
                    to(stringify!($type))
                }
            }
        )+
    };
}
by_name!(Date, TimeOfDay, Name, Note, Bytes, Key, Role);

macro_rules! whole {
    ($($type:ident),+) => {
        $(
            impl Shape for $type {
                fn shape() -> Value {
                    json!({"type": "integer", "minimum": $type::MIN, "maximum": $type::MAX})
                }
            }
        )+
    };
}
whole!(i8, u16, i64);

impl Shape for bool {
    fn shape() -> Value {
        json!({"type": "boolean"})
    }
}

/// The id of an answer, which nobody makes up: one that was not given is not looked at.
impl Shape for Box<str> {
    fn shape() -> Value {
        json!({"type": "string"})
    }
}

impl<T: Shape> Shape for Option<T> {
    const IS_SPARE: bool = true;

    fn shape() -> Value {
        json!({"oneOf": [T::shape(), {"type": "null"}]})
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn shape() -> Value {
        json!({"type": "array", "items": T::shape()})
    }
}

impl<T: Shape, const LENGTH: usize> Shape for [T; LENGTH] {
    fn shape() -> Value {
        json!({"type": "array", "items": T::shape(), "minItems": LENGTH, "maxItems": LENGTH})
    }
}

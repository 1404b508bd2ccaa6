//! Every number of a result, looked at while the result serialises: no text is built, so a look takes nanoseconds.

use std::fmt;

use serde::ser::{self, Serialize, Serializer};

use super::results::{may_be_infinite, may_be_missing, within_one};

/// What is wrong with a result.
#[derive(Debug)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Fault {
        Fault(message.to_string())
    }
}

/// At one place of a result.
#[derive(Clone, Copy)]
pub struct Numbers {
    /// The field that the place is in: the last name on the way to it.
    pub field: &'static str,
    /// No number of the input was so large that infinity is an answer.
    pub tame: bool,
}

impl Numbers {
    /// At a field of this place. Either direction of a comparison is what the comparison is.
    fn at(self, field: &'static str) -> Numbers {
        let both_ways = field == "a_over_b" || field == "b_over_a";
        Numbers { field: if both_ways { self.field } else { field }, ..self }
    }

    fn number(self, number: f64) -> Result<(), Fault> {
        let Numbers { field, tame } = self;
        let allowed = match number {
            _ if number.is_nan() => false,
            _ if within_one(field) => (0.0..=1.0).contains(&number),
            _ if number.is_infinite() && tame && !may_be_infinite(field) => false,
            _ => !field.ends_with("standard_error") || number >= 0.0,
        };
        if allowed { Ok(()) } else { Err(Fault(format!("{field} = {number:e}"))) }
    }

    fn missing(self) -> Result<(), Fault> {
        if may_be_missing(self.field) { Ok(()) } else { Err(Fault(format!("no {}", self.field))) }
    }
}

macro_rules! variants {
    ($($name:ident),*) => { $(
        fn $name(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Numbers, Fault> {
            Ok(self.at(variant))
        }
    )* };
}

macro_rules! any {
    ($($name:ident: $kind:ty),*) => { $(fn $name(self, _: $kind) -> Result<(), Fault> { Ok(()) })* };
}

impl Serializer for Numbers {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Numbers;
    type SerializeTuple = Numbers;
    type SerializeTupleStruct = Numbers;
    type SerializeTupleVariant = Numbers;
    type SerializeMap = Numbers;
    type SerializeStruct = Numbers;
    type SerializeStructVariant = Numbers;

    any!(serialize_bool: bool, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8]);
    any!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64);
    any!(serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64);
    any!(serialize_unit_struct: &'static str);

    fn serialize_f32(self, number: f32) -> Result<(), Fault> {
        self.number(f64::from(number))
    }

    fn serialize_f64(self, number: f64) -> Result<(), Fault> {
        self.number(number)
    }

    fn serialize_none(self) -> Result<(), Fault> {
        self.missing()
    }

    fn serialize_unit(self) -> Result<(), Fault> {
        self.missing()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Fault> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self.at(variant))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Numbers, Fault> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Numbers, Fault> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Numbers, Fault> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Numbers, Fault> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Numbers, Fault> {
        Ok(self)
    }

    variants!(serialize_tuple_variant, serialize_struct_variant);
}

/// Items of something at one place are at that place.
macro_rules! items {
    ($($of:ident $item:ident),*) => { $(
        impl ser::$of for Numbers {
            type Ok = ();
            type Error = Fault;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                value.serialize(*self)
            }

            fn end(self) -> Result<(), Fault> {
                Ok(())
            }
        }
    )* };
}

items! {
    SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

macro_rules! fields {
    ($($of:ident),*) => { $(
        impl ser::$of for Numbers {
            type Ok = ();
            type Error = Fault;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                field: &'static str,
                value: &T,
            ) -> Result<(), Fault> {
                value.serialize(self.at(field))
            }

            fn end(self) -> Result<(), Fault> {
                Ok(())
            }
        }
    )* };
}

fields! { SerializeStruct, SerializeStructVariant }

impl ser::SerializeMap for Numbers {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        key.serialize(*self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        value.serialize(*self)
    }

    fn end(self) -> Result<(), Fault> {
        Ok(())
    }
}

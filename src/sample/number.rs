//! What a column may be made of.

/// A number that enters a sample: `f64`, or `f32` (widened, exactly), by value or by reference.
///
/// Through this trait one constructor takes a slice, a `Vec`, an iterator, and an `ndarray` view of any
/// stride.
pub trait Number: sealed::Sealed {
    /// The number as `f64`.
    fn to_f64(self) -> f64;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl sealed::Sealed for $type {}
        impl Number for $type {
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
        }
        impl sealed::Sealed for &$type {}
        impl Number for &$type {
            fn to_f64(self) -> f64 {
                f64::from(*self)
            }
        }
    )*};
}

number!(f64, f32);

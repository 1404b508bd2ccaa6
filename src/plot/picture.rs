//! What a caller may choose about a picture.

use crate::error::Error;

/// Pixels that a picture has at most on a side.
pub(super) const LARGEST_SIDE: u32 = 100_000;

/// Size and words of a picture. What is left `None` the picture chooses itself: its title then states
/// the question that the picture answers, and its height grows with the number of names.
///
/// ```
/// use risk_sd::plot::Picture;
///
/// let picture = Picture::default().width(1200).y_label("accuracy");
/// assert_eq!(picture.y_label.as_deref(), Some("accuracy"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Picture {
    /// Heading; long ones are broken into lines.
    pub title: Option<String>,
    /// Width in pixels, 900 by default.
    pub width: u32,
    /// Height in pixels; by default enough for every name.
    pub height: Option<u32>,
    /// Label of the horizontal axis, with the unit.
    pub x_label: Option<String>,
    /// Label of the vertical axis, with the unit.
    pub y_label: Option<String>,
}

impl Default for Picture {
    fn default() -> Picture {
        Picture { title: None, width: 900, height: None, x_label: None, y_label: None }
    }
}

impl Picture {
    /// Sets the heading.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Picture {
        Picture { title: Some(title.into()), ..self }
    }

    /// Sets the width in pixels.
    #[must_use]
    pub fn width(self, pixels: u32) -> Picture {
        Picture { width: pixels, ..self }
    }

    /// Sets the height in pixels.
    #[must_use]
    pub fn height(self, pixels: u32) -> Picture {
        Picture { height: Some(pixels), ..self }
    }

    /// Sets the label of the horizontal axis.
    #[must_use]
    pub fn x_label(self, label: impl Into<String>) -> Picture {
        Picture { x_label: Some(label.into()), ..self }
    }

    /// Sets the label of the vertical axis.
    #[must_use]
    pub fn y_label(self, label: impl Into<String>) -> Picture {
        Picture { y_label: Some(label.into()), ..self }
    }

    /// The height, or an error if the picture does not have the room it needs.
    pub(super) fn checked_height(&self, natural: f64, needed: (f64, f64)) -> Result<u32, Error> {
        let height = self.height.unwrap_or(natural.ceil() as u32);
        let (needed_width, needed_height) = (needed.0.ceil() as u32, needed.1.ceil() as u32);
        if self.width < needed_width || height < needed_height {
            let found = format!("{} x {height} pixels are too few", self.width);
            let reason = format!("{found}: at least {needed_width} x {needed_height} are needed");
            return Err(Error::Plot { reason });
        }
        if self.width.max(height) > LARGEST_SIDE {
            let reason = format!("{} x {height} pixels: a side has at most {LARGEST_SIDE}", self.width);
            return Err(Error::Plot { reason });
        }
        Ok(height)
    }
}

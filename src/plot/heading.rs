//! The lines above a picture: its question, and how to read the answer.

use super::canvas::{Anchor, Canvas, Font};
use super::path::Point;
use super::stroke::{GREY, INK};
use super::text::wrapped;
use crate::error::Error;

/// White around the picture.
pub(super) const MARGIN: f64 = 14.0;
const TITLE: f64 = 17.0;
const TITLE_LINE: f64 = 23.0;
const READING: f64 = 12.5;
const READING_LINE: f64 = 17.0;

pub(super) struct Heading {
    title: Vec<String>,
    reading: Vec<String>,
}

impl Heading {
    /// Breaks a title and the sentence on how to read the picture into lines for this width.
    pub(super) fn new(title: &str, reading: &str, picture_width: u32) -> Heading {
        let room = f64::from(picture_width) - 2.0 * MARGIN;
        // Bold letters are about a tenth wider.
        Heading { title: wrapped(title, TITLE * 1.1, room), reading: wrapped(reading, READING, room) }
    }

    /// Where the heading ends.
    pub(super) fn bottom(&self) -> f64 {
        let (titles, readings) = (self.title.len() as f64, self.reading.len() as f64);
        MARGIN + titles * TITLE_LINE + readings * READING_LINE
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let mut top = MARGIN;
        let fonts = [Font::bold(TITLE, INK), Font::regular(READING, GREY)];
        let blocks = [(&self.title, TITLE_LINE), (&self.reading, READING_LINE)];
        for ((lines, height), font) in blocks.into_iter().zip(fonts) {
            for line in lines {
                let at = Point { x: MARGIN, y: top + height / 2.0 };
                canvas.text(line, at, Anchor::Start, font)?;
                top += height;
            }
        }
        Ok(())
    }
}

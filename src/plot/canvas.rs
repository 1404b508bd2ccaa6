//! Drawing in pixels and fractions of them. The backend knows whole units only, so the document is laid
//! out in eighths of a pixel and shown at its size.

use super::path::{Point, dashes};
use super::stroke::{Stroke, WHITE};
use super::text::clean;
use crate::error::Error;
use plotters::backend::DrawingBackend;
use plotters::prelude::{Color, RGBColor, SVGBackend, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, FontTransform};

/// Units per pixel.
const UNITS: f64 = 8.0;

/// The backend prints the size of a font divided by this.
const FONT_FACTOR: f64 = 1.24;

/// Where a text stands relative to its point; always vertically centred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
    /// Centred, reading upwards.
    Upwards,
}

/// The look of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) colour: RGBColor,
    pub(super) weight: Weight,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

impl Font {
    pub(super) fn regular(size: f64, colour: RGBColor) -> Font {
        Font { size, colour, weight: Weight::Regular }
    }

    pub(super) fn bold(size: f64, colour: RGBColor) -> Font {
        Font { size, colour, weight: Weight::Bold }
    }
}

/// Draws a document of this size on white; returns its text.
pub(super) fn document(
    width: u32,
    height: u32,
    draw: impl FnOnce(&mut Canvas<'_>) -> Result<(), Error>,
) -> Result<String, Error> {
    let mut body = String::new();
    let units = (width * UNITS as u32, height * UNITS as u32);
    let mut canvas = Canvas { backend: SVGBackend::with_string(&mut body, units) };
    canvas.rectangle([0.0, 0.0, f64::from(width), f64::from(height)], WHITE)?;
    draw(&mut canvas)?;
    canvas.backend.present().map_err(failed)?;
    drop(canvas);
    // The backend's own head asks for a picture as many pixels wide as it has units.
    let (_, content) = body.split_once('>').unwrap_or_default();
    let (w, h) = units;
    Ok(format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {w} {h}\" \
         stroke-linejoin=\"round\" xmlns=\"http://www.w3.org/2000/svg\">{content}"
    ))
}

pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
}

impl Canvas<'_> {
    /// A filled rectangle: left, top, right, bottom.
    pub(super) fn rectangle(&mut self, sides: [f64; 4], colour: RGBColor) -> Result<(), Error> {
        let [left, top, right, bottom] = sides.map(units);
        let fill = colour.filled();
        self.backend.draw_rect((left, top), (right, bottom), &fill, true).map_err(failed)
    }

    /// A line, in pieces if its stroke is dashed.
    pub(super) fn line(&mut self, path: &[Point], stroke: Stroke) -> Result<(), Error> {
        if stroke.pattern.is_empty() {
            return self.solid(path, stroke);
        }
        dashes(path, stroke.pattern).iter().try_for_each(|piece| self.solid(piece, stroke))
    }

    fn solid(&mut self, path: &[Point], stroke: Stroke) -> Result<(), Error> {
        let width = (stroke.width * UNITS).round() as u32;
        let style = ShapeStyle { color: stroke.colour.to_rgba(), filled: false, stroke_width: width };
        self.backend.draw_path(corners(path), &style).map_err(failed)
    }

    /// A filled polygon.
    pub(super) fn polygon(&mut self, outline: &[Point], colour: RGBColor) -> Result<(), Error> {
        self.backend.fill_polygon(corners(outline), &colour.filled()).map_err(failed)
    }

    /// A filled circle.
    pub(super) fn dot(&mut self, centre: Point, radius: f64, colour: RGBColor) -> Result<(), Error> {
        let centre = (units(centre.x), units(centre.y));
        let fill = colour.filled();
        self.backend.draw_circle(centre, units(radius) as u32, &fill, true).map_err(failed)
    }

    /// One line of text. The backend escapes what XML wants escaped.
    pub(super) fn text(
        &mut self,
        text: &str,
        at: Point,
        anchor: Anchor,
        font: Font,
    ) -> Result<(), Error> {
        let style = match font.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        };
        let size = font.size * UNITS * FONT_FACTOR;
        let mut desc = FontDesc::new(FontFamily::SansSerif, size, style);
        let mut side = HPos::Center;
        match anchor {
            Anchor::Start => side = HPos::Left,
            Anchor::End => side = HPos::Right,
            Anchor::Middle => {}
            Anchor::Upwards => desc = desc.transform(FontTransform::Rotate270),
        }
        let look = TextStyle::from(desc).color(&font.colour).pos(Pos::new(side, VPos::Center));
        self.backend.draw_text(&clean(text), &look, (units(at.x), units(at.y))).map_err(failed)
    }
}

fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

/// The points in units, without those that coincide with the one before.
fn corners(path: &[Point]) -> Vec<(i32, i32)> {
    let mut corners: Vec<(i32, i32)> = path.iter().map(|p| (units(p.x), units(p.y))).collect();
    corners.dedup();
    corners
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Plot { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::stroke::INK;

    #[test]
    fn texts_are_escaped_and_the_document_has_its_size() {
        let font = Font::regular(12.0, INK);
        let at = Point { x: 10.0, y: 10.0 };
        let draw = |canvas: &mut Canvas<'_>| canvas.text("<a & 'b' \"c\">", at, Anchor::Start, font);
        let svg = document(30, 20, draw).unwrap();
        assert!(svg.contains("&lt;a &amp; &apos;b&apos; &quot;c&quot;&gt;"), "{svg}");
        assert!(svg.starts_with("<svg width=\"30\" height=\"20\" viewBox=\"0 0 240 160\""), "{svg}");
        assert!(svg.ends_with("</svg>\n"), "{svg}");
        assert_eq!(svg.matches("<svg").count(), 1);
    }
}

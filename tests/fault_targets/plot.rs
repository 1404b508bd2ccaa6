//! Pictures of anything, under names of any characters.

use risk_sd::plot::{
    Picture, RankInterval, lorenz_curves, quantile_curves, rank_sets, transport_map, violation_area,
};

use super::input::Input;
use super::results::drawn;

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let door = input.below(5);
    let picture = picture(&mut input);
    match door {
        0 | 1 => pair(door == 0, &picture, &mut input),
        2 | 3 => {
            let Some(samples) = input.samples() else { return };
            drawn(match door {
                2 => quantile_curves(&samples, &picture),
                _ => lorenz_curves(&samples, &picture),
            });
        }
        _ => {
            let ranks: Vec<RankInterval> = (0..input.below(6)).map(|_| interval(&mut input)).collect();
            drawn(rank_sets(&ranks, &picture));
        }
    }
}

fn pair(area: bool, picture: &Picture, input: &mut Input) {
    let (name_a, name_b) = (name(20, input), name(200, input));
    let (Some(a), Some(b)) = (input.sample(), input.sample()) else { return };
    drawn(match area {
        true => violation_area(input.order(), &name_a, &a, &name_b, &b, picture),
        false => transport_map(&name_a, &a, &name_b, &b, picture),
    });
}

fn picture(input: &mut Input) -> Picture {
    // Small pictures have few ticks, and cost least.
    let mut picture = Picture::default().width(500).height(300);
    if input.rarely(4) {
        picture = picture.title(input.text(250));
    }
    if input.rarely(16) {
        picture = picture.width(size(input));
    }
    if input.rarely(16) {
        picture = picture.height(size(input));
    }
    if input.rarely(3) {
        picture = picture.x_label(input.text(100)).y_label(input.text(100));
    }
    picture
}

/// A short name, now and then a long one.
fn name(longest: usize, input: &mut Input) -> String {
    let longest = if input.rarely(8) { longest } else { 8 };
    input.text(longest)
}

fn size(input: &mut Input) -> u32 {
    match input.rarely(16) {
        true => input.pick(&[2000, 100_000]),
        false => input.pick(&[0, 1, 200, 300, 400, 500, 100_001, u32::MAX]),
    }
}

fn interval(input: &mut Input) -> RankInterval {
    let name = name(60, input);
    let (best, worst) = (input.below(8), input.below(12));
    let best = if input.rarely(32) { usize::MAX } else { best };
    let rank = if input.rarely(16) { input.any() } else { f64::from(input.byte()) / 20.0 };
    RankInterval { name, rank, best, worst }
}

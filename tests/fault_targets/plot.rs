//! Pictures of anything, under names of any characters.

use risk_sd::plot::{
    Picture, RankInterval, lorenz_curves, quantile_curves, rank_sets, transport_map, violation_area,
};

use super::input::Input;
use super::results::drawn;

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let picture = picture(&mut input);
    let (name_a, name_b) = (input.text(20), input.text(200));
    if let (Some(a), Some(b)) = (input.sample(), input.sample()) {
        let order = input.order();
        drawn(violation_area(order, &name_a, &a, &name_b, &b, &picture));
        drawn(transport_map(&name_a, &a, &name_b, &b, &picture));
    }
    if let Some(samples) = input.samples() {
        drawn(quantile_curves(&samples, &picture));
        drawn(lorenz_curves(&samples, &picture));
    }
    let ranks: Vec<RankInterval> = (0..input.below(6)).map(|_| interval(&mut input)).collect();
    drawn(rank_sets(&ranks, &picture));
}

fn picture(input: &mut Input) -> Picture {
    let mut picture = Picture::default();
    if input.rarely(3) {
        picture = picture.title(input.text(250));
    }
    if input.rarely(3) {
        picture = picture.width(input.pick(&[0, 1, 100, 250, 500, 100_000, 100_001, u32::MAX]));
    }
    if input.rarely(3) {
        picture = picture.height(input.pick(&[0, 1, 100, 250, 500, 100_000, 100_001, u32::MAX]));
    }
    if input.rarely(3) {
        picture = picture.x_label(input.text(100)).y_label(input.text(100));
    }
    picture
}

fn interval(input: &mut Input) -> RankInterval {
    let name = input.text(60);
    let (best, worst) = (input.below(8), input.below(12));
    let best = if input.rarely(32) { usize::MAX } else { best };
    let rank = if input.rarely(16) { input.any() } else { f64::from(input.byte()) / 20.0 };
    RankInterval { name, rank, best, worst }
}

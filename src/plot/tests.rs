//! The documents as a whole.

use super::{
    Picture, RankInterval, dimension_indices, lorenz_curves, quantile_curves, rank_sets, trade_off_map,
    transport_map, violation_area,
};
use crate::audit::{Dimension, Profile, TradeOffSweep, TrustIndex, TrustReport};
use crate::dominance::Order;
use crate::error::Error;
use crate::portfolio::Metric;
use crate::resampling::Bootstrap;
use crate::sample::{IncompleteRows, Sample, Samples, TableBuilder};

/// Checks that tags are closed in order, and that no number is missing.
fn well_formed(svg: &str) {
    assert!(svg.starts_with("<svg "), "{}", &svg[..60]);
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (inside, _) = tag.split_once('>').expect("a tag ends");
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !inside.ends_with('/') {
            open.push(inside.split(' ').next().unwrap_or_default());
        }
        assert!(inside.matches('"').count() % 2 == 0, "{inside}");
        assert!(!inside.contains("NaN") && !inside.contains("inf"), "{inside}");
    }
    assert!(open.is_empty(), "{open:?}");
}

/// The points of all polylines of this width (in eighths of a pixel) and colour.
fn polylines(svg: &str, colour: &str, width: u32) -> Vec<Vec<(i32, i32)>> {
    let look = format!("stroke=\"{colour}\" stroke-width=\"{width}\"");
    let number = |text: &str| text.parse::<i32>().unwrap();
    let point = |pair: &str| pair.split_once(',').map(|(x, y)| (number(x), number(y))).unwrap();
    let points =
        |line: &str| line.split("points=\"").nth(1).unwrap().trim_end_matches("\"/>").to_owned();
    svg.lines()
        .filter(|line| line.contains(&look))
        .map(|line| points(line).split_whitespace().map(point).collect())
        .collect()
}

fn models(k: usize, score: impl Fn(usize, usize) -> f64) -> Samples {
    let column = |i: usize| (format!("model {i}"), (0..50).map(|row| score(i, row)).collect::<Vec<_>>());
    Samples::paired((0..k).map(column)).unwrap()
}

fn all_pictures(samples: &Samples) -> Vec<String> {
    let picture = Picture::default();
    let mut svgs =
        vec![quantile_curves(samples, &picture).unwrap(), lorenz_curves(samples, &picture).unwrap()];
    let columns: Vec<(&str, &Sample)> = samples.iter().collect();
    for pair in columns.windows(2) {
        let [(a, x), (b, y)] = [pair[0], pair[1]];
        for order in [Order::First, Order::Second] {
            svgs.push(violation_area(order, a, x, b, y, &picture).unwrap());
        }
        svgs.push(transport_map(a, x, b, y, &picture).unwrap());
    }
    svgs
}

#[test]
fn every_curve_is_drawn_and_named() {
    for k in [1, 2, 6, 11, 20, 40] {
        let samples = models(k, |i, row| ((row * (i + 3)) % 17) as f64 + i as f64);
        for svg in
            [quantile_curves, lorenz_curves].map(|draw| draw(&samples, &Picture::default()).unwrap())
        {
            well_formed(&svg);
            for name in samples.names() {
                assert!(svg.contains(&format!(">\n{name}\n</text>")), "{name}");
            }
            // Every curve and, behind its leader, the sample of its line.
            assert!(polylines(&svg, "#0072B2", 14).len() >= 2);
            let solid: usize = svg.matches("stroke-width=\"14\"").count();
            assert!(if k <= 8 { solid == 2 * k } else { solid > 2 * k }, "{k}: {solid}");
        }
    }
}

#[test]
fn two_rows_make_two_steps_or_one_kink() {
    let samples = Samples::paired([("a", [0.0, 1.0])]).unwrap();
    let picture = Picture::default();
    let steps = polylines(&quantile_curves(&samples, &picture).unwrap(), "#0072B2", 14).swap_remove(0);
    let [(left, low), (half, _), (_, high), (right, _)] = steps[..] else { panic!("{steps:?}") };
    assert!((2 * half - left - right).abs() <= 1);
    assert_eq!(steps, [(left, low), (half, low), (half, high), (right, high)]);
    assert!(high < low);
    let kink = polylines(&lorenz_curves(&samples, &picture).unwrap(), "#0072B2", 14).swap_remove(0);
    assert_eq!(kink.len(), 3);
    assert_eq!(kink[0].1, kink[1].1);
}

#[test]
fn extreme_values_stay_inside_the_picture() {
    let pictures = |score: &dyn Fn(usize, usize) -> f64| all_pictures(&models(3, score));
    let wave = |i: usize, row: usize| ((row * 7 + i * 5) % 11) as f64 - 5.0;
    let cases: [&dyn Fn(usize, usize) -> f64; 8] = [
        &|i, row| 3e307 * wave(i, row),
        &|i, row| 1e-300 * wave(i, row),
        &|i, row| 5e-324 * wave(i, row),
        &|i, row| 1e9 + 1e-3 * wave(i, row),
        &|i, row| if i == 1 && row == 3 { 1e300 } else { wave(i, row) },
        &|_, _| 0.0,
        &|i, _| [-1e300, 2.0, 1e300][i],
        &|_, row| if row < 25 { f64::MIN } else { f64::MAX },
    ];
    for (number, case) in cases.iter().enumerate() {
        for svg in pictures(case) {
            well_formed(&svg);
            let widths = [("#0072B2", 14), ("#D55E00", 14), ("#0072B2", 24), ("#D55E00", 11)];
            let points = widths.into_iter().flat_map(|(colour, width)| polylines(&svg, colour, width));
            let inside = |&(x, y): &(i32, i32)| (0..=7200).contains(&x) && (0..=8000).contains(&y);
            assert!(points.flatten().all(|p| inside(&p)), "case {number}");
        }
    }
}

#[test]
fn one_row_is_a_picture() {
    let samples = Samples::paired([("a", [2.0]), ("b", [3.0])]).unwrap();
    all_pictures(&samples).iter().for_each(|svg| well_formed(svg));
}

#[test]
fn names_are_escaped_and_long_ones_fit() {
    let long = "a-model-name-of-sixty-characters-that-nobody-would-ever-type-";
    let names = ["<b> & \"c\"", long, "nul\u{0}tab\t", ""];
    let samples = Samples::paired(names.map(|name| (name, [1.0, 2.0]))).unwrap();
    for svg in all_pictures(&samples) {
        well_formed(&svg);
        assert!(!svg.contains("<b>") && !svg.contains(['\u{0}', '\t']));
    }
    let svg = quantile_curves(&samples, &Picture::default()).unwrap();
    assert!(svg.contains("\n&lt;b&gt; &amp; &quot;c&quot;\n"));
    assert!(svg.contains("\na-model-name-of-") && svg.contains("-ever-type-\n") && !svg.contains(long));
}

#[test]
fn only_violations_are_hatched() {
    let sample = |values: [f64; 3]| Sample::new(values).unwrap();
    let draw = |a, b| {
        let picture = Picture::default();
        violation_area(Order::First, "a", &sample(a), "b", &sample(b), &picture).unwrap()
    };
    let hatched = |svg: &str| !polylines(svg, "#E08640", 8).is_empty();
    let crossing = draw([0.0, 2.0, 5.0], [1.0, 2.0, 3.0]);
    assert!(
        hatched(&crossing)
            && crossing.contains("a below b: violation")
            && crossing.contains("a above b")
    );
    let above = draw([1.0, 2.0, 5.0], [1.0, 2.0, 3.0]);
    assert!(!hatched(&above) && above.contains("no visible violation") && above.contains("a above b"));
    let equal = draw([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]);
    assert!(!hatched(&equal) && equal.contains("no visible difference"));
    assert_eq!(equal.matches("<polygon").count(), 0);
}

#[test]
fn mass_that_moves_up_is_blue_and_lines_never_cross() {
    let (a, b) = (Sample::new([0.0, 2.0, 5.0, 9.0]).unwrap(), Sample::new([1.0, 2.0, 3.0]).unwrap());
    let svg = transport_map("a", &a, "b", &b, &Picture::default()).unwrap();
    well_formed(&svg);
    // Levels up to 1/4 go from 0 to 1; 1/3 to 1/2 stay at 2; all others go down.
    let lines = |colour: &str| polylines(&svg, colour, 8);
    let (up, down, stay) = (lines("#73B1D5"), lines("#E8A673"), lines("#A4A4A4"));
    assert_eq!((up.len(), down.len(), stay.len()), (20, 47, 13));
    let mut all: Vec<_> = [up, down, stay].concat();
    all.sort_by_key(|line| (line[0].1, line[1].1));
    assert!(all.windows(2).all(|pair| pair[0][1].1 <= pair[1][1].1));
    assert_eq!(svg.matches("<circle").count(), 80);
    let same = transport_map("a", &a, "a", &b, &Picture::default());
    assert_eq!(same, Err(Error::SameName { name: "a".into() }));
    let small = transport_map("a", &a, "b", &b, &Picture::default().width(200)).unwrap_err();
    assert!(small.to_string().contains("are needed"), "{small}");
}

#[test]
fn many_rows_make_a_small_document() {
    let values = (0..100_000).map(|row| (f64::from(row) / 1e5).powi(3));
    let samples = Samples::paired([("a", values.collect::<Vec<_>>())]).unwrap();
    for svg in [quantile_curves, lorenz_curves].map(|draw| draw(&samples, &Picture::default()).unwrap())
    {
        assert!(svg.len() < 120_000, "{}", svg.len());
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let samples = models(12, |i, row| ((row * (i + 3)) % 17) as f64);
    assert_eq!(all_pictures(&samples), all_pictures(&samples));
}

#[test]
fn the_words_of_the_caller_are_used() {
    let samples = models(2, |i, row| (i + row) as f64);
    let picture =
        Picture::default().title("Why?").x_label("share").y_label("seconds").width(700).height(400);
    let svg = quantile_curves(&samples, &picture).unwrap();
    assert!(svg.starts_with("<svg width=\"700\" height=\"400\""));
    for word in ["Why?", "share", "seconds"] {
        assert!(svg.contains(&format!("\n{word}\n")), "{word}");
    }
}

#[test]
fn sizes_without_room_are_refused() {
    let samples = models(40, |i, row| (i + row) as f64);
    for picture in
        [Picture::default().height(300), Picture::default().width(100), Picture::default().width(0)]
    {
        let error = quantile_curves(&samples, &picture).unwrap_err();
        assert!(error.to_string().contains("are needed"), "{error}");
    }
    let huge = quantile_curves(&samples, &Picture::default().width(u32::MAX)).unwrap_err();
    assert!(huge.to_string().contains("at most"), "{huge}");
    // Refused before anything is drawn: it would have 90 million ticks.
    let high = quantile_curves(&samples, &Picture::default().height(u32::MAX)).unwrap_err();
    assert!(high.to_string().contains("at most"), "{high}");
    let sample = samples.get("model 0").unwrap();
    let same = violation_area(Order::First, "a", sample, "a", sample, &Picture::default());
    assert_eq!(same, Err(Error::SameName { name: "a".into() }));
}

fn row(name: &str, rank: f64, best: usize, worst: usize) -> RankInterval {
    RankInterval { name: name.into(), rank, best, worst }
}

#[test]
fn rank_rows_stand_in_the_order_of_ranks() {
    let rows = [row("third", 3.0, 2, 3), row("first", 1.0, 1, 1), row("second & co", 1.5, 1, 3)];
    let svg = rank_sets(&rows, &Picture::default().y_label("classifier")).unwrap();
    well_formed(&svg);
    let at =
        |text: &str| svg.find(&format!("\n{text}\n")).unwrap_or_else(|| panic!("{text} is missing"));
    assert!(at("first") < at("second &amp; co") && at("second &amp; co") < at("third"));
    assert!(at("1 [1, 1]") < at("1.5 [1, 3]"));
    assert_eq!(svg.matches("<circle").count(), 9);
    at("classifier");
}

#[test]
fn any_number_of_ranks_is_drawn() {
    let one = rank_sets(&[row("only", 1.0, 1, 1)], &Picture::default()).unwrap();
    well_formed(&one);
    let rows: Vec<RankInterval> = (1..=300).map(|i| row(&format!("m{i}"), i as f64, i, 300)).collect();
    well_formed(&rank_sets(&rows, &Picture::default()).unwrap());
    let far = [row("near", 1.0, 1, 1), row("far", 1e300, 1, usize::MAX)];
    let svg = rank_sets(&far, &Picture::default()).unwrap();
    well_formed(&svg);
    assert!(svg.matches("<text").count() < 60);
}

#[test]
fn impossible_ranks_are_refused() {
    let refused = |rows: &[RankInterval]| rank_sets(rows, &Picture::default()).unwrap_err();
    assert_eq!(refused(&[]), Error::TooFewModels { found: 0, needed: 1 });
    let twice = refused(&[row("a", 1.0, 1, 1), row("a", 2.0, 1, 2)]);
    assert_eq!(twice, Error::DuplicateName { name: "a".into() });
    for bad in [row("a", f64::NAN, 1, 1), row("a", 0.5, 1, 1), row("a", 1.0, 0, 1), row("a", 1.0, 2, 1)]
    {
        assert!(refused(&[bad]).to_string().contains("of 'a'"));
    }
}

/// k candidates over three dimensions and `folds` folds; each is best in one of the dimensions.
fn audit(k: usize, folds: usize) -> TrustReport {
    let mut builder = TableBuilder::new();
    let dimensions = ["<fidelity>", "privacy & co", "utility"];
    for (g, fold) in (0..k).flat_map(|g| (0..folds).map(move |f| (g, f))) {
        for (m, name) in dimensions.iter().enumerate() {
            let value = ((g + m * 2) % k * 10 + (fold * (g + 3)) % 7) as f64;
            builder.push(&format!("candidate {g}"), &fold.to_string(), name, value).unwrap();
        }
    }
    let index = TrustIndex::new(dimensions.map(|name| Dimension::new(name, [Metric::new(name)])));
    let table = builder.paired(IncompleteRows::Refuse).unwrap();
    index.unwrap().run(&table, &[Profile::uniform("even")]).unwrap()
}

#[test]
fn audits_of_any_size_are_pictures() {
    for (k, folds, resolution) in [(1, 1, 1), (2, 1, 5), (3, 5, 12), (7, 3, 2)] {
        let report = audit(k, folds);
        let sweep =
            TradeOffSweep::new().resolution(resolution).bootstrap(Bootstrap::new().replicates(20));
        let sweep = sweep.run(&report, "even").unwrap();
        let map = trade_off_map(&sweep, &Picture::default()).unwrap();
        let bars = dimension_indices(&report, "even", &Picture::default()).unwrap();
        for svg in [&map, &bars] {
            well_formed(svg);
            assert!(svg.contains("&lt;fidelity&gt;") && svg.contains("privacy &amp; co"), "{svg}");
            (0..k).for_each(|g| assert!(svg.contains(&format!("candidate {g}")), "{g}"));
        }
        // Fewer folds say too little of their spread.
        assert_eq!(map.contains("winner unsure"), folds >= 5);
        // Nobody is ahead of a single candidate: one area, drawn row by row.
        assert!(k > 1 || map.matches("<polygon").count() == resolution);
        assert_eq!(bars.matches("stroke-width=\"11\"").count() > 0, folds > 1);
    }
}

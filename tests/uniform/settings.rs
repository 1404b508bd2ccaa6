//! Settings that make no sense, or do not go together.

use crate::draws::sample;
use crate::{designs, pair, quick};
use risk_sd::{
    Adjustment, Error, Functional, NullLaw, Samples, SubsampleSize, UniformMethod, UniformTest,
};

#[test]
fn bad_settings_are_errors_that_say_why() {
    let samples = designs(|v| v);
    let [independent, weighted, paired, clustered] = &samples[..] else { panic!("four designs") };
    let error = |test: UniformTest, samples: &Samples| test.run(samples, "a", "b").unwrap_err();
    let law = |law: NullLaw| quick().null_law(law);
    assert_eq!(error(quick().orders([1, 0]), paired), Error::InvalidOrder { order: 0, most: 32 });
    assert_eq!(error(quick().orders([33]), paired), Error::InvalidOrder { order: 33, most: 32 });
    assert!(quick().orders([32]).run(paired, "a", "b").is_ok());
    assert_eq!(error(quick().orders([]), paired), Error::NoOrders);
    assert_eq!(error(quick().level(0.5), paired), Error::InvalidLevel { level: 0.5 });
    for points in [0, 1, usize::MAX] {
        let found = error(quick().published_grid(points), paired);
        assert_eq!(found, Error::InvalidGrid { points, most: 1_000_000 });
    }
    let few = Error::TooFewReplicates { what: "null", found: 98, needed: 99 };
    assert_eq!(error(quick().replicates(98), paired), few);
    let few = Error::TooFewReplicates { what: "null", found: 99, needed: 119 };
    assert_eq!(error(quick().replicates(99).orders([1, 2, 3]), paired), few);
    // The divisor of two models is 4, whatever the number of orders: 4 / (B + 1) <= level.
    let square = quick().adjustment(Adjustment::PaperSquare);
    let few = Error::TooFewReplicates { what: "null", found: 398, needed: 399 };
    assert_eq!(error(square.clone().level(0.01).replicates(398).orders([1]), paired), few);
    assert!(square.replicates(99).orders([1, 2, 3]).run(paired, "a", "b").is_ok());
    for size in [0, 1, 110, 1000] {
        for of in [NullLaw::RandomSubsets, NullLaw::OverlappingBlocks] {
            let test = law(of(SubsampleSize::Rows(size))).method(UniformMethod::LintonMaasoumiWhang);
            assert_eq!(error(test, paired), Error::InvalidSubsample { found: size, rows: 110 });
        }
    }
    let few_blocks = law(NullLaw::OverlappingBlocks(SubsampleSize::Rows(90)));
    let few_blocks = error(few_blocks.method(UniformMethod::LintonMaasoumiWhang), paired);
    let what = "overlapping block";
    assert_eq!(few_blocks, Error::TooFewReplicates { what, found: 21, needed: 79 });
    for (test, samples, reason) in [
        (law(NullLaw::Pooled), paired, "drawn apart"),
        (law(NullLaw::Pooled), weighted, "weights"),
        (law(NullLaw::Permutation), weighted, "weights"),
        (law(NullLaw::Asymptotic).orders([1]), paired, "independent samples without weights"),
        (law(NullLaw::Asymptotic).orders([1]), weighted, "independent samples without weights"),
        (law(NullLaw::Exact).orders([1]), independent, "equal size"),
        (law(NullLaw::Asymptotic), independent, "order 1"),
        (law(NullLaw::Recentred).method(UniformMethod::LintonMaasoumiWhang), paired, "subsampling"),
        (law(NullLaw::RandomSubsets(SubsampleSize::Automatic)), paired, "Linton-Maasoumi-Whang"),
        (law(NullLaw::Permutation).method(UniformMethod::DonaldHsu), independent, "only Barrett-Donald"),
        (
            law(NullLaw::OverlappingBlocks(SubsampleSize::Automatic))
                .method(UniformMethod::LintonMaasoumiWhang),
            independent,
            "keep the order",
        ),
    ] {
        let found = error(test, samples);
        assert!(matches!(found, Error::WrongNullLaw { .. }), "{found:?}");
        assert!(found.to_string().contains(reason), "{found}");
    }
    let l1 = quick().method(UniformMethod::DonaldHsu).functional(Functional::L1);
    assert_eq!(error(l1, paired).to_string(), "Donald-Hsu is not defined for the L1 area");
    let tied = pair(sample(&[1., 2., 3.]), sample(&[0., 2., 5.]));
    let exact = law(NullLaw::Exact).orders([1]);
    assert_eq!(exact.run(&tied, "a", "b"), Err(Error::Tied { value: 2.0 }));
    let unbalanced = [("a", vec![1., 2., 3.], vec![0, 0, 1]), ("b", vec![1., 2., 5.], vec![0, 1, 1])];
    let unbalanced = Samples::in_clusters(unbalanced).unwrap();
    assert!(error(law(NullLaw::Permutation), &unbalanced).to_string().contains("in every cluster"));
    assert!(law(NullLaw::Permutation).run(clustered, "a", "b").is_ok());
    let alone = pair(sample(&[1.]), sample(&[0., 2.]));
    assert!(matches!(quick().run(&alone, "a", "b"), Err(Error::InColumn { .. })));
    assert_eq!(quick().run(paired, "a", "a"), Err(Error::SameName { name: "a".into() }));
    assert_eq!(quick().run(paired, "a", "z"), Err(Error::UnknownName { name: "z".into() }));
}

/// Sizes in proportion, named one by one, are the same subsamples.
#[test]
fn sizes_of_each_column() {
    let samples = &designs(|v| v)[0];
    let of = |size| {
        let law = NullLaw::RandomSubsets(size);
        quick().method(UniformMethod::LintonMaasoumiWhang).null_law(law).run(samples, "a", "b").unwrap()
    };
    let (each, one) = (of(SubsampleSize::RowsOfEach { a: 22, b: 30 }), of(SubsampleSize::Rows(22)));
    assert_eq!((&each.orders, each.subsample), (&one.orders, one.subsample));
    let other = of(SubsampleSize::RowsOfEach { a: 22, b: 20 });
    assert_eq!(other.subsample, Some(SubsampleSize::RowsOfEach { a: 22, b: 20 }));
    assert_ne!(other.orders, one.orders);
}

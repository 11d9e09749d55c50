//! The table, in Markdown, ready for `docs/performance.md`.

use std::fmt::Write;

use crate::scenario::{Outcome, Plan};

/// Everything that was measured.
pub fn tables(plan: &Plan, outcomes: &[Outcome]) -> String {
    let mut text = format!(
        "{} contacts, {} connections, {} rounds of {} s each in turns, median round.\n",
        plan.contacts, plan.connections, plan.rounds, plan.seconds
    );
    for outcome in outcomes {
        let _ = write!(
            text,
            "\n### {}\n\n| operation | product /s | floor /s | ratio | product p50 / p95 / p99 ms | floor p95 ms |\n|---|---|---|---|---|---|\n",
            outcome.database
        );
        for m in &outcome.measured {
            let _ = writeln!(
                text,
                "| {} | {:.0} | {:.0} | {:.0} % | {:.2} / {:.2} / {:.2} | {:.2} |",
                m.name,
                m.product.per_second,
                m.floor.per_second,
                100.0 * m.product.per_second / m.floor.per_second,
                m.product.p50_ms,
                m.product.p95_ms,
                m.product.p99_ms,
                m.floor.p95_ms
            );
        }
        if let Some((forth, back)) = outcome.bulk_rows_per_second {
            let _ = writeln!(text, "\nBulk edit of every contact: {forth:.0} rows/s · its undo: {back:.0} rows/s");
        }
        let _ = writeln!(
            text,
            "\nImport: {:.0} rows/s · idle memory: {:.0} MiB · start to first answer: {:.0} ms · binary: {:.1} MiB",
            outcome.import_rows_per_second,
            outcome.idle_mib,
            outcome.start.as_secs_f64() * 1000.0,
            outcome.binary_mib
        );
    }
    text
}

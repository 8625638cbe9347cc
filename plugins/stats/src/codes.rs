//! The kinds of problems that only this plugin reports.

avocet_plugin::code_group! {
    /// Section `statistics` of the manual's page of errors.
    pub(crate) STATISTICS "statistics":
    MISSING_DATA = fixed("missing-data", "The plugin `stats` has no data yet", "Run `avocet stats collect`, or `avocet stats sample` to try it");
    BAD_DATA = fixed("bad-data", "A row of the statistics cannot be read", "Mend the row at the place that is shown");
    DATA_THERE = fixed("data-there", "`avocet stats sample` would replace your statistics", "Keep a copy, and add `--force`");
    NOT_COLLECTED = error("not-collected", "The forge did not answer, or wants a longer wait; the old figures stay", "Run it again later");
    MISSING_ORGANISATION = warning("missing-organisation", "The organisation was deleted or renamed", "Mend its `id`, or take it out");
    RENAMED_ORGANISATION = warning("renamed-organisation", "It has another name at the forge now", "Write its new `id`");
    NO_REPOSITORIES = warning("no-repositories", "None of its repositories is counted", "Take it out, or count forks as well");
    UNLISTED_ORGANISATION = warning("unlisted-organisation", "It has figures, and is in no setting", "Take its rows out of the CSV, or name it");
}

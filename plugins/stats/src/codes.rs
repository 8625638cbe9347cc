//! The kinds of problems that only this plugin reports.

avocet_plugin::code_group! {
    /// Section `statistics` of the manual's page of errors.
    pub(crate) STATISTICS "statistics":
    MISSING_DATA = fixed("missing-data", "The plugin `stats` has no data yet", "Run `avocet stats collect`, or `avocet stats sample` to try it");
    BAD_DATA = fixed("bad-data", "Avocet cannot read a row of the statistics", "Correct the row at the place that is shown");
    DATA_THERE = fixed("data-there", "`avocet stats sample` would replace your statistics", "Keep a copy, and add `--force`");
    NOT_COLLECTED = error("not-collected", "The host did not answer, or asks for a longer wait; the old figures stay", "Run the command again later");
    MISSING_ORGANISATION = warning("missing-organisation", "The organisation was deleted or renamed", "Correct its `id`, or remove it");
    RENAMED_ORGANISATION = warning("renamed-organisation", "The organisation has a new name on its host", "Write its new `id`");
    NO_REPOSITORIES = warning("no-repositories", "None of the organisation's repositories count", "Remove it, or count forks as well");
    UNLISTED_ORGANISATION = warning("unlisted-organisation", "The organisation has figures but is not in the settings", "Remove its rows from the CSV file, or add it to the settings");
}

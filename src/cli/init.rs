//! `avocet init DIR`: creates a new site, in an empty folder or around content that is there. The answers come from options, or from questions on a terminal.
//!
//! Invariant: it changes no existing file, and writes only a site that opens with these answers.

use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use avocet_plugin::{Diagnostic, codes};
use clap::Args;

use super::{Common, Outcome, count, show};
use crate::authoring::new_post;
use crate::clock;
use crate::config::Overrides;
use crate::disk;
use crate::plugin::Registry;
use crate::project::Project;
use crate::report::Format;
use crate::scaffold::{self, Answers};

/// Options of `avocet init`.
#[derive(Debug, Default, Clone, Args)]
pub(super) struct Options {
    /// Folder of the new site, which is created if it does not exist
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Title of the site
    #[arg(long)]
    title: Option<String>,
    /// URL that the site will have
    #[arg(long)]
    url: Option<String>,
    /// Author of posts that do not name one; the default is the title of the site
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Theme
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Add a site to a folder that has files; none of them is replaced
    #[arg(long)]
    existing: bool,
    /// A plugin in addition to `blog`, `feeds` and `sitemap`; can be repeated
    #[arg(long, value_name = "NAME")]
    plugin: Vec<String>,
}

pub(super) fn run(common: &Common, options: &Options, registry: &Registry) -> io::Result<Outcome> {
    let here = common.site == Path::new(".");
    let folder =
        options.folder.as_ref().map_or_else(|| common.site.clone(), |folder| if here { folder.clone() } else { common.site.join(folder) });
    let made = look(&folder, options.existing).and_then(|()| {
        let mut answers = answers(common, options, registry).map_err(|error| vec![unwritable(&folder, &error)])?;
        let content = folder.join("content");
        if content.is_dir() && !content.join(&answers.articles).is_dir() {
            answers.articles.clear();
        }
        let mut files = scaffold::files(&answers);
        opens(&files, registry)?;
        // Samples are for somebody who has no text yet, and a file that is there stays.
        let is_sample = |path: &str| content.is_dir() && (path.starts_with("content/blog/") || path.starts_with("content/images/"));
        files.retain(|(path, _)| !is_sample(path) && !folder.join(path).exists());
        write(&folder, &files).map(|()| files.len())
    });
    match made {
        Err(errors) => {
            show(common, errors)?;
            Ok(Outcome::UsageError)
        }
        Ok(files) => {
            if common.format == Format::Text && !common.quiet {
                next(&folder, files, options)?;
            }
            Ok(Outcome::Success)
        }
    }
}

/// Checks that the folder is empty, or has no site yet if it may have files; `.git` does not count.
fn look(folder: &Path, existing: bool) -> Result<(), Vec<Diagnostic>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(vec![unwritable(folder, &error)]),
    };
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).filter(|name| name != ".git").collect();
    names.sort();
    let has_site = names.iter().any(|name| name == "site.toml");
    if names.is_empty() || existing && !has_site {
        return Ok(());
    }
    let display_path: Vec<String> = names.iter().take(4).map(|name| format!("`{name}`")).collect();
    let more = names.len() - display_path.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = format!("the folder `{}` is not empty: it contains {}{more}", folder.display(), display_path.join(", "));
    let around = if has_site { "" } else { ", or add a site to these files with --existing, which replaces none" };
    let help = format!("choose a new folder, for example `avocet init my-site`{around}; nothing was written");
    Err(vec![codes::FOLDER_NOT_EMPTY.report(what).help(help)])
}

/// The answers from the options. Without options, they come from questions if there is a terminal.
fn answers(common: &Common, options: &Options, registry: &Registry) -> io::Result<Answers> {
    let silent = options.title.is_none() && options.url.is_none() && options.author.is_none() && options.theme.is_none();
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if silent && terminal && common.is_chatty() {
        let check = |options: &Options| opens(&scaffold::files(&given(options)), registry);
        return asked(options, &check, &mut io::stdin().lock(), &mut io::stdout()).map(|options| given(&options));
    }
    Ok(given(options))
}

/// The answers that the options give.
fn given(options: &Options) -> Answers {
    let known = Answers::default();
    let given = |answer: &Option<String>| answer.as_deref().map(new_post::line).filter(|answer| !answer.is_empty());
    let title = given(&options.title);
    let author = given(&options.author).or_else(|| title.clone()).unwrap_or(known.author);
    let mut plugins = known.plugins;
    for name in &options.plugin {
        if !plugins.contains(name) {
            plugins.push(name.clone());
        }
    }
    Answers {
        author,
        title: title.unwrap_or(known.title),
        url: given(&options.url).unwrap_or(known.url),
        theme: given(&options.theme).unwrap_or(known.theme),
        articles: known.articles,
        plugins,
        // The site's time zone is that of its settings.
        today: clock::now().in_tz("Europe/London").map_or(known.today, |now| now.date().to_string()),
    }
}

/// Says what is wrong with answers.
type Check<'a> = &'a dyn Fn(&Options) -> Result<(), Vec<Diagnostic>>;

/// Asks the most important questions, each until its answer makes a site. An empty line, or the end of the input, takes the default in
/// brackets.
fn asked(options: &Options, check: Check, input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<Options> {
    let known = Answers::default();
    let mut ask = |question: &str, default: &str, with: &dyn Fn(Option<String>) -> Options| loop {
        write!(output, "{question} [{default}]: ")?;
        output.flush()?;
        let mut line = String::new();
        input.read_line(&mut line)?;
        let answer = Some(new_post::line(&line)).filter(|line| !line.is_empty());
        let answered = with(answer.clone());
        match check(&answered) {
            Err(errors) if answer.is_some() => {
                for error in errors {
                    let help = error.help.map_or(String::new(), |help| format!("; {help}"));
                    writeln!(output, "  {}{help}", error.message)?;
                }
            }
            _ => return Ok::<_, io::Error>(answered),
        }
    };
    let options = ask("Title of the site", &known.title, &|title| Options { title, ..options.clone() })?;
    let options = ask("URL of the site", &known.url, &|url| Options { url, ..options.clone() })?;
    let author = options.title.as_deref().unwrap_or(&known.author);
    ask("Default author of posts", author, &|author| Options { author, ..options.clone() })
}

/// Opens the new site in a temporary folder, so that a wrong answer is reported before anything is written.
fn opens(files: &[(&'static str, String)], registry: &Registry) -> Result<(), Vec<Diagnostic>> {
    let trial = tempfile::tempdir().map_err(|error| vec![unwritable(&std::env::temp_dir(), &error)])?;
    write(trial.path(), files)?;
    Project::open(trial.path(), &Overrides::default(), registry).map(drop)
}

fn write(folder: &Path, files: &[(&'static str, String)]) -> Result<(), Vec<Diagnostic>> {
    for (path, text) in files {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        let written =
            fs::create_dir_all(parent).and_then(|()| fs::File::create_new(&file)).and_then(|mut new| new.write_all(text.as_bytes()));
        written.map_err(|error| vec![unwritable(&file, &error)])?;
    }
    Ok(())
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    codes::UNWRITABLE_FILE
        .report(format!("`{}` cannot be written: {}", path.display(), disk::why(error)))
        .help("check the permissions of the folder and the space on the disk, or choose another folder")
}

fn next(folder: &Path, files: usize, options: &Options) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let here = folder == Path::new(".");
    let display_path = if here { "this folder".to_owned() } else { folder.display().to_string() };
    writeln!(out, "Created a site in {display_path}: {}\n\nNext:", count(files, "file"))?;
    if !here {
        writeln!(out, "  cd {}", quoted(&folder.display().to_string()))?;
    }
    if options.plugin.iter().any(|name| name == "stats") {
        writeln!(out, "  avocet stats sample      (made-up figures, until you list your organisations in site.toml)")?;
    }
    writeln!(out, "  avocet new post \"Hello\"\n  avocet serve\n  avocet build\n  avocet check")
}

/// Quoted for a shell.
fn quoted(path: &str) -> String {
    let plain = path.chars().all(|c| c.is_alphanumeric() || "/._-+~:\\".contains(c));
    if plain { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_answer_takes_the_default() {
        let mut output = Vec::new();
        let mut input = io::Cursor::new("Ward: notes\n\n");
        let options = asked(&Options::default(), &|_| Ok(()), &mut input, &mut output).unwrap();
        assert_eq!((options.title.as_deref(), options.url, options.author), (Some("Ward: notes"), None, None));
        let output = String::from_utf8(output).unwrap();
        assert_eq!(output, "Title of the site [Our notes]: URL of the site [https://example.org]: Default author of posts [Ward: notes]: ");
    }

    #[test]
    fn a_wrong_answer_is_asked_for_again_and_the_end_of_the_input_ends_it() {
        let check = |options: &Options| opens(&scaffold::files(&given(options)), &Registry::standard());
        let mut output = Vec::new();
        let options = asked(&Options::default(), &check, &mut io::Cursor::new("T\nexample.org\nftp://x\nhttps://x.org\n"), &mut output);
        assert_eq!(options.unwrap().url.as_deref(), Some("https://x.org"));
        let output = String::from_utf8(output).unwrap();
        assert_eq!(output.matches("URL of the site [").count(), 3, "{output}");
        assert!(output.contains("https://example.org") && output.ends_with("Default author of posts [T]: "), "{output}");
    }

    #[test]
    fn a_path_is_quoted_where_a_shell_needs_it() {
        assert_eq!((quoted("my-site"), quoted("Eve's site")), ("my-site".to_owned(), "'Eve'\\''s site'".to_owned()));
    }
}

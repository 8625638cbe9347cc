//! Which class a piece of code gets: changes of the scope stack in, the short class of Pygments out.
//!
//! Scopes are Sublime Text's (`keyword.control.rust`), see <https://www.sublimetext.com/docs/scope_naming.html>; the classes are those
//! that `themes/README.md` lists. The innermost scope that has a rule decides, and of its rules the longest.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::{ClearAmount, Scope, ScopeStackOp};

/// What a scope does to the text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Rule {
    /// Nothing: the scope around it decides.
    Inherit,
    /// The class of what has no other.
    Class(&'static str),
    /// The class of everything in it, down to the next [`Rule::Plain`].
    Whole(&'static str),
    /// No class: code inside a string, another language.
    Plain,
}

use Rule::{Class, Inherit, Plain, Whole};

/// The rules by prefix of the scope; the longest prefix counts.
const RULES: &[(&str, Rule)] = &[
    ("source", Plain),
    ("text", Plain),
    ("meta.embedded", Plain),
    ("meta.interpolation", Plain),
    ("meta.template.expression", Plain),
    ("meta.group.expansion", Plain),
    ("comment", Class("c")),
    ("comment.block.documentation.python", Whole("s")),
    ("punctuation.definition.comment", Class("c")),
    ("entity.other.jinja2.delimiter.comment", Class("c")),
    // Strings, and what stands in them.
    ("string", Class("s")),
    ("string.regexp", Whole("sr")),
    ("source.regexp", Whole("sr")),
    ("storage.type.string", Class("s")),
    ("punctuation.definition.string", Class("s")),
    ("punctuation.definition.raw", Class("s")),
    ("markup.raw.inline", Class("s")),
    ("keyword.other.template", Class("s")),
    ("constant.character", Class("s")),
    ("constant.other.symbol", Class("s")),
    ("constant.character.escape", Class("se")),
    ("constant.character.entity", Whole("se")),
    ("constant.other.placeholder", Class("se")),
    ("constant.other.format-spec", Class("se")),
    ("storage.modifier.conversion", Class("se")),
    ("punctuation.section.interpolation", Class("se")),
    ("punctuation.section.expansion", Class("nv")),
    ("keyword.other.substitution", Class("se")),
    ("meta.mapping.key.json", Whole("nt")),
    ("meta.tag.key.toml", Whole("nt")),
    // Other values.
    ("constant.language", Class("kc")),
    ("support.constant", Class("kc")),
    ("constant.numeric", Whole("m")),
    ("constant.other.color", Whole("m")),
    ("constant.other.date", Whole("m")),
    ("constant.other.datetime", Whole("m")),
    ("constant.other.timestamp", Whole("m")),
    ("punctuation.definition.constant", Class("m")),
    ("keyword.other.unit", Class("m")),
    ("storage.type.numeric", Class("m")),
    // Keywords and operators.
    ("keyword", Class("k")),
    ("keyword.operator", Class("o")),
    ("keyword.accessor", Class("o")),
    ("keyword.operator.alias", Class("k")),
    ("keyword.operator.assignment.alias", Class("k")),
    ("keyword.operator.expression", Class("k")),
    ("keyword.operator.logical.python", Class("k")),
    ("keyword.operator.logical.sql", Class("k")),
    ("keyword.operator.module", Class("k")),
    ("keyword.operator.new", Class("k")),
    ("keyword.operator.word", Class("k")),
    ("keyword.control.import.define", Class("cp")),
    ("keyword.control.import.include", Class("cp")),
    ("keyword.control.flow.alias", Class("nv")),
    ("keyword.control.flow.block-scalar", Class("p")),
    ("keyword.control.property.anchor", Class("nv")),
    ("keyword.name", Class("na")),
    ("punctuation.definition.keyword", Class("k")),
    ("storage", Class("k")),
    ("storage.modifier.lifetime", Class("nv")),
    ("storage.type", Class("kt")),
    ("storage.type.class", Class("k")),
    ("storage.type.enum", Class("k")),
    ("storage.type.extends", Class("k")),
    ("storage.type.function", Class("k")),
    ("storage.type.function.arrow", Class("o")),
    ("storage.type.impl", Class("k")),
    ("storage.type.interface", Class("k")),
    ("storage.type.java", Class("k")),
    ("storage.type.js", Class("k")),
    ("storage.type.keyword", Class("k")),
    ("storage.type.module", Class("k")),
    ("storage.type.namespace", Class("k")),
    ("storage.type.struct", Class("k")),
    ("storage.type.trait", Class("k")),
    ("storage.type.ts", Class("k")),
    ("storage.type.tsx", Class("k")),
    ("storage.type.type", Class("k")),
    ("storage.type.union", Class("k")),
    ("support.type.builtin", Class("kt")),
    ("support.type.primitive", Class("kt")),
    // Names.
    ("entity.name.class", Class("nc")),
    ("entity.name.enum", Class("nc")),
    ("entity.name.enum.tag-digest", Inherit),
    ("entity.name.impl", Class("nc")),
    ("entity.name.interface", Class("nc")),
    ("entity.name.struct", Class("nc")),
    ("entity.name.trait", Class("nc")),
    ("entity.name.type", Class("nc")),
    ("entity.name.union", Class("nc")),
    ("entity.other.inherited-class", Class("nc")),
    ("support.type.exception", Class("nc")),
    ("entity.name.function", Class("nf")),
    ("entity.name.macro", Class("nf")),
    ("support.function.magic", Class("nf")),
    ("support.function.rust", Class("nf")),
    ("support.macro", Class("nf")),
    ("variable.function", Class("nf")),
    ("support", Class("nb")),
    ("variable.language", Class("nb")),
    ("variable.language.star", Class("o")),
    ("entity.name.module", Class("nn")),
    ("entity.name.namespace", Class("nn")),
    ("entity.name.table", Class("nn")),
    ("entity.section", Class("nn")),
    ("support.module", Class("nn")),
    ("entity.name.label", Class("nv")),
    ("entity.name.other.anchor", Class("nv")),
    ("variable.other.alias", Class("nv")),
    ("variable.other.jinja2", Class("nv")),
    ("variable.other.perl", Class("nv")),
    ("variable.other.php", Class("nv")),
    ("variable.other.readwrite.powershell", Class("nv")),
    ("variable.other.readwrite.assignment.shell", Class("nv")),
    ("variable.other.readwrite.shell", Class("nv")),
    ("punctuation.definition.alias", Class("nv")),
    ("punctuation.definition.anchor", Class("nv")),
    ("punctuation.definition.variable", Class("nv")),
    ("entity.other.attribute-name", Whole("na")),
    ("support.type.custom-property", Whole("na")),
    ("support.type.property-name", Class("na")),
    ("variable.parameter.option", Whole("na")),
    ("markup.underline.link", Class("na")),
    ("entity.name.tag", Class("nt")),
    ("entity.other.pseudo-class", Whole("nd")),
    ("entity.other.pseudo-element", Whole("nd")),
    ("meta.annotation.rust", Whole("nd")),
    ("punctuation.decorator", Class("nd")),
    ("punctuation.definition.annotation", Class("nd")),
    ("variable.annotation", Class("nd")),
    // The rest.
    ("punctuation", Class("p")),
    ("meta.brace", Class("p")),
    ("entity.other.document", Class("p")),
    ("entity.other.jinja2.delimiter", Class("cp")),
    ("meta.directive.yaml", Whole("cp")),
    ("meta.preprocessor", Class("cp")),
    ("meta.tag.preprocessor", Whole("cp")),
    ("meta.tag.sgml.doctype", Whole("cp")),
    ("markup.deleted", Whole("gd")),
    ("markup.inserted", Whole("gi")),
    ("markup.heading", Whole("gh")),
    ("entity.name.section", Class("gh")),
    ("meta.diff.header", Whole("gh")),
    ("meta.diff.range", Whole("gh")),
    ("invalid.illegal", Class("err")),
];

/// The rules with the longest prefix first.
static BY_LENGTH: LazyLock<Vec<(Scope, Rule)>> = LazyLock::new(|| {
    let mut rules: Vec<_> = RULES.iter().filter_map(|(prefix, rule)| Some((Scope::new(prefix).ok()?, *rule))).collect();
    rules.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    rules
});

thread_local! {
    /// Rules that were looked up: a grammar has some dozen scopes, a line of code as many changes of them.
    static KNOWN: RefCell<HashMap<Scope, Rule>> = RefCell::default();
}

impl Rule {
    fn of(scope: Scope) -> Self {
        KNOWN.with_borrow_mut(|known| *known.entry(scope).or_insert_with(|| Self::look_up(scope)))
    }

    fn look_up(scope: Scope) -> Self {
        BY_LENGTH.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map_or(Inherit, |(_, rule)| *rule)
    }
}

/// The scope stack, with what is in force at each of its levels instead of the scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct ClassStack {
    levels: Vec<Rule>,
    cleared: Vec<Vec<Rule>>,
}

impl ClassStack {
    /// The class of text that stands here; empty for none.
    pub(super) fn class(&self) -> &'static str {
        match self.levels.last() {
            Some(Class(class) | Whole(class)) => class,
            _ => "",
        }
    }

    /// Follows a change, as [`syntect::parsing::ScopeStack::apply`] does.
    pub(super) fn apply(&mut self, change: &ScopeStackOp) {
        match change {
            ScopeStackOp::Push(scope) => self.push(Rule::of(*scope)),
            ScopeStackOp::Pop(count) => self.levels.truncate(self.levels.len().saturating_sub(*count)),
            ScopeStackOp::Clear(amount) => {
                let kept = match amount {
                    ClearAmount::TopN(count) => self.levels.len().saturating_sub(*count),
                    ClearAmount::All => 0,
                };
                self.cleared.push(self.levels.split_off(kept));
            }
            ScopeStackOp::Restore => self.levels.extend(self.cleared.pop().unwrap_or_default()),
            ScopeStackOp::Noop => {}
        }
    }

    fn push(&mut self, rule: Rule) {
        let around = self.levels.last().copied().unwrap_or(Plain);
        self.levels.push(match (around, rule) {
            (_, Plain) => Plain,
            (Whole(_), _) | (_, Inherit) => around,
            (_, own) => own,
        });
    }
}

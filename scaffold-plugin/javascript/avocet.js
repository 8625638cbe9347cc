"use strict";
/*
Avocet's side of a plugin in JavaScript: one file, which needs Node.js 18 or later and nothing else.

    const avocet = require("./avocet.js");

    avocet.transform((html, page) => html.replaceAll("!", "!!!"));

    avocet.run();

A function for each role of the manifest, plugin.toml; each may be async:

    avocet.transform((html, page) => …)                   new HTML, or nothing
    avocet.finish((html, path) => …)                      new HTML, or nothing
    avocet.tag("badge", (args, body, page) => …)          HTML
    avocet.code((code, language, info, page) => …)        HTML
    avocet.read((text, path) => …)                        { fields: …, markdown: … }, or { fields: …, html: … }
    avocet.generate(pages => …)                           a list of avocet.file(path, content) and avocet.page(path, template, values)
    avocet.start(() => …)                                 called once, before the first of the others

`page` is an object: page.title, page.url, page.tags, page.meta. avocet.settings, avocet.inputs, avocet.site, and avocet.pages for a tag that
needs them, are what the manifest asks for. Throw avocet.Problem for what an author can put right. console.log() goes to the standard error,
since the standard output is for answers.
*/

const PROTOCOL = 1;
const roles = {};
const tags = {};
const starts = [];
let extra = {};

/** Something that the author of the page can put right. `line` is that of a block of code, `near` a text of the source. */
class Problem extends Error {
    constructor(message, { help, line, near } = {}) {
        super(message);
        this.problem = { message, help, line, near };
    }
}

function role(name) {
    return handler => { roles[name] = handler; };
}

function html(name, made, old) {
    if ((made === undefined || made === null) && old !== undefined) return {};
    if (typeof made !== "string") throw new TypeError(`the function for \`${name}\` returned ${typeof made}, and has to return text`);
    return made === old ? {} : { html: made };
}

const answers = {
    transform: async call => html("transform", await roles.transform(call.html, call.page), call.html),
    finish: async call => html("finish", await roles.finish(call.html, call.path), call.html),
    tag: async call => html(call.name, await tags[call.name](call.args, call.body, call.page)),
    code: async call => html("code", await roles.code(call.code, call.language, call.info, call.page)),
    read: async call => ({ ...await roles.read(call.text, call.path) }),
    generate: async call => {
        const made = await roles.generate(call.pages);
        return { files: made.filter(one => !("template" in one)), pages: made.filter(one => "template" in one) };
    },
    hello: async call => {
        Object.assign(avocet, { settings: call.settings, inputs: call.inputs, site: call.site });
        for (const handler of starts) await handler();
        return { protocol: PROTOCOL };
    },
    pages: async call => {
        avocet.pages = call.pages;
        return {};
    },
};

/** The lines of a stream. (The lines of `readline` end at U+2028 as well, which may stand in JSON.) */
async function* lines(stream) {
    let parts = [];
    for await (const chunk of stream) {
        let start = 0;
        for (let end; (end = chunk.indexOf(10, start)) !== -1; start = end + 1) {
            yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString("utf8");
            parts = [];
        }
        parts.push(chunk.subarray(start));
    }
}

async function run() {
    const write = process.stdout.write.bind(process.stdout);
    // What this program prints must not come between the answers.
    process.stdout.write = process.stderr.write.bind(process.stderr);
    console.log = console.info = console.debug = console.error;
    for await (const line of lines(process.stdin)) {
        const call = JSON.parse(line);
        let answer;
        try {
            avocet.request = call;
            extra = {};
            answer = { ...await answers[call.call](call), ...extra };
        } catch (error) {
            if (!(error instanceof Problem)) {
                process.stderr.write(`${error && error.stack || error}\n`, () => process.exit(1));
                return;
            }
            answer = { error: error.problem };
        }
        write(JSON.stringify({ ...answer, id: call.id }) + "\n");
    }
}

const avocet = {
    Problem,
    settings: {},
    inputs: {},
    site: {},
    pages: [],
    request: {},
    transform: role("transform"),
    finish: role("finish"),
    code: role("code"),
    read: role("read"),
    generate: role("generate"),
    tag(name, handler) { tags[name] = handler; },
    start(handler) { starts.push(handler); },
    /** Warns of something in the page that is being transformed, or the source that is being read. */
    warn(message, { help, near } = {}) { (extra.warnings = extra.warnings || []).push({ message, help, near }); },
    /** Gives templates a value of the page that is being transformed: page.values.NAME. */
    value(name, value) { (extra.values = extra.values || {})[name] = value; },
    /** A file for `generate`: text, or a Buffer. */
    file(path, content) {
        return typeof content === "string" ? { path, text: content } : { path, base64: Buffer.from(content).toString("base64") };
    },
    /** A page for `generate`, which a template makes. */
    page(path, template, values = {}) { return { path, template, values }; },
    run,
};

module.exports = avocet;

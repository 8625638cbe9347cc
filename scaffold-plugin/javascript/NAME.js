"use strict";
// The plugin NAME: makes every exclamation mark three. Read avocet.js for all that a plugin can do.

const avocet = require("./avocet.js");

// The `!` of a comment or doctype belongs to HTML.
avocet.transform(html => html.replaceAll("!", "!!!").replaceAll("<!!!", "<!"));

avocet.run();

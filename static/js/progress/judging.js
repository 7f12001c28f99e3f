// Whether an answer is right, by what the page carries (course/content/shipping.py): the same rules
// as course/content/judging.py, which judges once more when the answer is in the account.

const PRIME = 0x100000001b3n;
const START = 0xcbf29ce484222325n;
const LONGEST = 5000;
const NUMBER = /^(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,3})?$/;
const COMMA = /^\d{0,40},\d{1,40}$/;
const GROUPED = /^[1-9]\d{0,2}(?:,\d{3}){1,12}(?:\.\d{0,40})?$/;
const ADDRESS = /0x[0-9a-fA-F]+/g;
const TIMING =
  /(?<![\p{L}\p{N}_.])\d+(?:\.\d*)?(?:[eE][-+]?\d+)?\s?(?:ns|µs|μs|us|ms|s|secs?|seconds?|초)(?![\p{L}\p{N}_])/gu;
const PRINTED = /([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)/;
const WHOLE_PRINTED = /^[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$/;
const RELATIVE = 1e-4;
const ABSOLUTE = 1e-6;

/** The FNV-1a hash of a text: sixteen hexadecimal digits. */
export function fnv(text) {
  let value = START;
  for (const byte of new TextEncoder().encode(text)) {
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * PRIME);
  }
  return value.toString(16).padStart(16, "0");
}

const spaced = (text) => text.split(/\s+/u).filter(Boolean).join(" ");

/** A word as it is compared: width, case and spaces folded. */
export const wordKey = (text) =>
  spaced(text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize("NFC"));

/** The finite number that a person wrote (1e-3, 0,5, 1,000, -2), or null. */
export function numberIn(text) {
  const folded = text.normalize("NFKC").trim().replaceAll("\u2212", "-");
  const signed = folded.startsWith("-") || folded.startsWith("+");
  const sign = signed ? folded[0] : "";
  let rest = signed ? folded.slice(1).trim() : folded;
  if (GROUPED.test(rest)) rest = rest.replaceAll(",", "");
  else if (COMMA.test(rest)) rest = rest.replace(",", ".");
  if (!NUMBER.test(rest)) return null;
  const value = Number(sign + rest);
  return Number.isFinite(value) ? value : null;
}

function sameNumber(given, right) {
  const value = numberIn(given);
  const [wanted, tolerance] = right.split("±").map(Number);
  const slack = 1e-12 * Math.max(1, Math.abs(wanted));
  return value !== null && Math.abs(value - wanted) <= tolerance + slack;
}

const linesOf = (text) =>
  text
    .normalize("NFC")
    .trim()
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim());

const isNumber = (part) => WHOLE_PRINTED.test(part);
const isDecimal = (part) => isNumber(part) && /[.eE]/.test(part);

function samePart(one, other) {
  if (!isDecimal(one) && !isDecimal(other)) return spaced(one) === spaced(other);
  if (!isNumber(one) || !isNumber(other)) return false;
  const [a, b] = [Number(one), Number(other)];
  const close = Math.max(RELATIVE * Math.max(Math.abs(a), Math.abs(b)), ABSOLUTE);
  return a === b || Math.abs(a - b) <= close;
}

function sameLine(one, other) {
  const [a, b] = [one, other].map((line) =>
    line.replace(ADDRESS, "<a>").replace(TIMING, "<t>").split(PRINTED),
  );
  return a.length === b.length && a.every((part, place) => samePart(part, b[place]));
}

function sameOutput(given, right) {
  const [a, b] = [given, right].map(linesOf);
  return a.length === b.length && a.every((line, place) => sameLine(line, b[place]));
}

/** What a learner gave as one text, or null for what can't be an answer. */
export function givenValue(kind, values) {
  const given = values.map((value) => value.replace(/\r\n?/g, "\n")).filter((value) => value.trim());
  if (!given.length || given.join("").length > LONGEST) return null;
  if (kind === "multiple") return [...new Set(given)].sort().join(",");
  if (kind === "order") return given.join(",");
  if (given.length > 1 || (kind === "number" && numberIn(given[0]) === null)) return null;
  return given[0];
}

function decoded(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.codePointAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Whether a value of `givenValue` is one of the answers that the page carries for the question. */
export function isRight(kind, target, given, answers) {
  if (kind === "number") return decoded(answers).some((right) => sameNumber(given, right));
  if (kind === "output") return decoded(answers).some((right) => sameOutput(given, right));
  const key = kind === "text" ? wordKey(given) : given;
  return answers.split(" ").includes(fnv(`${target}\0${key}`));
}

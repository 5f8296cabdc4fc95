// The page of a service: asks live.json once a second and shows it. Data become text nodes and
// attributes, never markup.
"use strict";

const INTERVAL_MS = 1000;
const TIMEOUT_MS = 5000;
const STALE_MS = 3500;
const POINTS = 300; // of the plots, one a second
const HEIGHT = 60;
const OWNERS = 8; // colours

const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const byId = (id) => document.getElementById(id);

/* ---- small things ---- */

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function draw(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  return made;
}

// Only what differs is touched: a screen reader, a selection and the layout are left in peace.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show(element, isShown) {
  element.hidden = !isShown;
}

const count = (number, one, many) => `${whole.format(number)} ${number === 1 ? one : many || one + "s"}`;

function bytes(number) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; number >= 1024 && unit + 1 < units.length; unit++) number /= 1024;
  return `${number.toFixed(unit > 0 && number < 10 ? 1 : 0)}\u00a0${units[unit]}`;
}

function duration(seconds) {
  if (seconds < 120) return `${Math.floor(seconds)}\u00a0s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}\u00a0min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)}\u00a0h`;
  return `${Math.floor(seconds / 86400)}\u00a0days`;
}

function moment(text) {
  const time = new Date(text);
  return isNaN(time) ? String(text) : time.toISOString().replace("T", " ").slice(0, 19);
}

/* ---- a plot ---- */

class Plot {
  constructor(kind, name, unit) {
    this.unit = unit;
    this.name = name;
    this.values = [];
    this.element = make("figure", `plot ${kind}`);
    const caption = make("figcaption");
    this.now = make("span", "now");
    this.more = make("span", "more");
    this.top = make("span", "top");
    caption.append(make("span", "name", name), this.now, this.more, this.top);
    this.svg = draw("svg", { viewBox: `0 0 ${POINTS} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
    this.area = draw("path", { class: "area" });
    this.curve = draw("path", { class: "curve" });
    this.hair = draw("line", { class: "hair", y1: 0, y2: HEIGHT, visibility: "hidden" });
    this.svg.append(draw("line", { class: "base", x1: 0, x2: POINTS, y1: HEIGHT, y2: HEIGHT }), this.area, this.curve, this.hair);
    const axis = make("div", "axis");
    axis.append(make("span", "", "5 min ago"), make("span", "", "now"));
    this.element.append(caption, this.svg, axis);
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerleave", () => this.unpoint());
  }

  point(event) {
    const box = this.svg.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * POINTS);
    const value = this.values[this.values.length - 1 - (POINTS - x)];
    this.isPointed = value !== undefined && value !== null;
    this.hair.setAttribute("visibility", this.isPointed ? "visible" : "hidden");
    if (!this.isPointed) return this.label();
    this.hair.setAttribute("x1", x);
    this.hair.setAttribute("x2", x);
    say(this.top, `${whole.format(value)} ${this.unit}, ${duration(POINTS - x)} ago`);
  }

  unpoint() {
    this.isPointed = false;
    this.hair.setAttribute("visibility", "hidden");
    this.label();
  }

  label() {
    say(this.top, `up to ${short.format(this.most)}`);
  }

  update(values, now, more) {
    const known = values.filter((value) => value !== null);
    this.values = values;
    this.most = known.reduce((most, value) => (value > most ? value : most), 0);
    const scale = (HEIGHT - 4) / (this.most || 1);
    let curve = "";
    let area = "";
    let first = null;
    let last = null;
    const close = () => { if (first !== null) area += `L${last} ${HEIGHT}L${first} ${HEIGHT}Z`; first = null; };
    values.forEach((value, i) => {
      if (value === null) return close();
      const x = POINTS - (values.length - 1 - i);
      const step = `${first === null ? "M" : "L"}${x} ${(HEIGHT - value * scale).toFixed(1)}`;
      curve += step;
      area += step;
      first = first === null ? x : first;
      last = x;
    });
    close();
    this.curve.setAttribute("d", curve);
    this.area.setAttribute("d", area);
    say(this.now, now);
    say(this.more, more);
    if (!this.isPointed) this.label();
    this.svg.setAttribute("aria-label",
      `${this.name} over the last five minutes: ${whole.format(this.most)} ${this.unit} at most, now ${now} ${more}`);
  }
}

/* ---- a projection ---- */

const STATE_CLASSES = { live: "good", building: "wait", paused: "wait", failed: "bad", new: "" };

class Fact {
  constructor(name) {
    this.element = make("div");
    this.value = make("dd");
    this.element.append(make("dt", "", name), this.value);
  }

  update(number, isAlarming) {
    say(this.value, number === null ? "–" : whole.format(number));
    this.element.classList.toggle("alarm", Boolean(isAlarming && number > 0));
  }
}

class Card {
  constructor(name) {
    this.element = make("article", "card");
    this.state = make("span", "pill");
    this.kind = make("span", "kind");
    this.where = make("p", "where");
    this.lag = new Plot("lag", "Lag", "events");
    this.rate = new Plot("rate", "Rate", "events/s");
    this.facts = { failed: new Fact("failed"), waiting: new Fact("waiting"), skipped: new Fact("skipped"), applied: new Fact("applied"), size: new Fact("size") };
    this.cells = make("div", "cells");
    this.cells.setAttribute("role", "img");
    this.owners = make("p");
    this.horizon = make("p", "notice");
    this.undeclared = make("p", "notice");
    const header = make("header");
    const facts = make("dl", "facts");
    const lanes = make("div", "lanes");
    header.append(make("h3", "", name), this.kind, this.state);
    for (const fact in this.facts) facts.append(this.facts[fact].element);
    lanes.append(this.cells, this.owners);
    this.element.append(header, this.where, this.horizon, this.undeclared, this.lag.element, this.rate.element, facts, lanes);
  }

  update(standing, lanes, history) {
    say(this.state, standing.state);
    this.state.className = `pill ${STATE_CLASSES[standing.state] || ""}`;
    say(this.kind, `${standing.kind}, version ${standing.version}`);
    say(this.where, `at ${whole.format(standing.position)} of ${whole.format(standing.head)}`);
    this.lag.update(history.lag, whole.format(standing.lag_events),
      standing.lag_events === 0 ? "events" : `events, ${duration(standing.lag_seconds)}`);
    this.rate.update(history.rate, standing.rate === null ? "–" : whole.format(standing.rate), "events/s");
    this.facts.failed.update(standing.failed, true);
    this.facts.waiting.update(standing.waiting);
    this.facts.skipped.update(standing.skipped);
    this.facts.applied.update(standing.applied);
    say(this.facts.size.value, standing.state_bytes === null ? "–" : bytes(standing.state_bytes));
    show(this.facts.waiting.element, standing.waiting !== null);
    this.updateLanes(standing, lanes);
    this.updateNotices(standing);
  }

  updateLanes(standing, lanes) {
    const seen = JSON.stringify([lanes, standing.lane_owners, standing.owners, standing.head]);
    if (seen === this.seen) return;
    this.seen = seen;
    const shares = standing.owners.map(() => 0);
    let behind = 0;
    standing.lane_owners.forEach((owner) => shares[standing.owners.indexOf(owner)]++);
    this.cells.replaceChildren(...lanes.map((position, lane) => {
      const owner = standing.owners.indexOf(standing.lane_owners[lane]);
      const cell = make("span", `cell ${owner < 0 ? "" : `owner-${owner % OWNERS}`}`);
      if (position < standing.head) { behind++; cell.classList.add("behind"); }
      cell.title = `lane ${lane} at ${whole.format(position)}${owner < 0 ? "" : `, ${standing.owners[owner]}`}`;
      return cell;
    }));
    const total = count(standing.lanes, "lane");
    this.cells.setAttribute("aria-label", `${total}${behind > 0 ? `, ${behind} behind the head` : ""}`);
    this.owners.replaceChildren();
    if (standing.owners.length === 0) this.owners.append(`${total}, no service works on them`);
    standing.owners.forEach((owner, i) => {
      if (shares[i] > 0) this.owners.append(make("span", `key owner-${i % OWNERS}`), `${count(shares[i], "lane")} on ${owner}`, make("br"));
    });
  }

  updateNotices(standing) {
    const names = Object.keys(standing.undeclared);
    const blocker = standing.horizon;
    show(this.horizon, blocker !== null);
    if (blocker !== null)
      say(this.horizon, blocker.pid === 0
        ? `The reader waits for a prepared transaction, ${duration(blocker.age_seconds)} old.`
        : `The reader waits for a writer in flight: backend ${blocker.pid}, open for ${duration(blocker.age_seconds)}.`);
    show(this.undeclared, names.length > 0);
    say(this.undeclared, `Not declared: ${names.map((name) => `${name} (${whole.format(standing.undeclared[name])})`).join(", ")}`);
  }
}

/* ---- keys out of order ---- */

function keyText(key) {
  if (key === null || (Array.isArray(key) && key.length === 0)) return "";
  return Array.isArray(key) ? key.join(" ") : String(key);
}

// "bank.proj:31:9: overdrawn": where, and what.
function splitCause(row) {
  const prefix = `${row.source}: `;
  return row.source !== "" && row.message.startsWith(prefix) ? row.message.slice(prefix.length) : row.message;
}

function failure(row) {
  const made = make("article", `failure ${row.status}`);
  const header = make("header");
  const cause = make("p", "cause");
  const details = [`event ${whole.format(row.no)}, ${row.event}`, row.code, count(row.attempts, "attempt"),
    `since ${moment(row.first_at)} UTC`];
  if (row.retry_at !== null) details.push(`again at ${moment(row.retry_at)} UTC`);
  if (row.waiting > 0) details.push(`${count(row.waiting, "event")} behind it`);
  header.append(make("h3", "", row.projection), make("code", "", keyText(row.key)));
  cause.append(splitCause(row));
  made.append(header, cause);
  if (row.source !== "") {
    const source = make("p", "details");
    source.append(make("code", "", row.source));
    made.append(source);
  }
  made.append(make("p", "details", details.join(" · ")));
  return made;
}

let failuresSeen = "";

function updateFailures(failed) {
  const seen = JSON.stringify(failed);
  if (seen === failuresSeen) return;
  failuresSeen = seen;
  show(byId("failed-none"), failed.total === 0);
  say(byId("failed-count"), failed.total === 0 ? ""
    : failed.total > failed.keys.length ? `${whole.format(failed.total)}, the first ${failed.keys.length} are shown` : whole.format(failed.total));
  byId("failed").replaceChildren(...failed.keys.map(failure));
}

/* ---- the whole ---- */

const cards = new Map();

function setState(text, className) {
  say(byId("state"), text);
  byId("state").className = `pill ${className}`;
}

function updateHead(live) {
  const service = live.service;
  const reasons = service.reasons.split("\n").filter((reason) => reason !== "");
  const age = service.age_ms === null ? "no look yet" : service.age_ms > STALE_MS ? `last look ${duration(service.age_ms / 1000)} ago` : "";
  say(byId("service"), service.name);
  document.title = `${live.ready ? "" : "not ready: "}${service.name} – projections`;
  say(byId("about"), [service.process, `up ${duration(service.uptime_seconds)}`, `projc ${service.version}`, age]
    .filter((part) => part !== "").join(" · "));
  setState(live.ready ? "ready" : "not ready", live.ready ? "good" : "bad");
  if (JSON.stringify(reasons) !== updateHead.seen) {
    updateHead.seen = JSON.stringify(reasons);
    byId("reasons").replaceChildren(...reasons.map((reason) => make("li", "", reason)));
    show(byId("reasons"), reasons.length > 0);
  }
  document.body.classList.toggle("stale", service.age_ms === null || service.age_ms > STALE_MS);
}

function update(live) {
  updateHead(live);
  live.projections.forEach((standing, i) => {
    if (!cards.has(i)) {
      cards.set(i, new Card(standing.projection));
      byId("projections").append(cards.get(i).element);
    }
    cards.get(i).update(standing, live.lanes[i], live.history[i]);
  });
  updateFailures(live.failed);
}

async function tick() {
  try {
    const response = await fetch("live.json", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    update(await response.json());
  } catch (error) {
    setState("no connection", "bad");
    document.body.classList.add("stale");
  }
  schedule();
}

let timer = 0;

// A page that nobody sees asks nothing.
function schedule() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(tick, INTERVAL_MS);
}

document.addEventListener("visibilitychange", schedule);
tick();

// Plays one session: a button, parts to jump to, a timer, a dark screen. Without a framework, without a network
// but for the sound itself.
"use strict";

const WORDS = {
  en: { shelf: "Sessions", feed: "Podcast feed", back: "All sessions", play: "Play", pause: "Pause", previous: "Previous part",
    next: "Next part", timer: "Stop after", never: "the end", part: "this part", minutes: "{n} minutes", dark: "Dark screen",
    light: "Wake the screen", parts: "Parts", time: "{at} of {all}", fault: "This session can't be played here." },
  de: { shelf: "Übungen", feed: "Podcast-Feed", back: "Alle Übungen", play: "Start", pause: "Pause", previous: "Teil zurück",
    next: "Teil weiter", timer: "Aufhören nach", never: "dem Ende", part: "diesem Teil", minutes: "{n} Minuten", dark: "Dunkler Bildschirm",
    light: "Bildschirm aufwecken", parts: "Teile", time: "{at} von {all}", fault: "Diese Übung lässt sich hier nicht abspielen." },
  es: { shelf: "Sesiones", feed: "Canal de podcast", back: "Todas las sesiones", play: "Empezar", pause: "Pausa", previous: "Parte anterior",
    next: "Parte siguiente", timer: "Parar tras", never: "el final", part: "esta parte", minutes: "{n} minutos", dark: "Pantalla oscura",
    light: "Encender la pantalla", parts: "Partes", time: "{at} de {all}", fault: "Esta sesión no se puede reproducir aquí." },
  fr: { shelf: "Séances", feed: "Flux de podcast", back: "Toutes les séances", play: "Lancer", pause: "Pause", previous: "Partie précédente",
    next: "Partie suivante", timer: "Arrêter après", never: "la fin", part: "cette partie", minutes: "{n} minutes", dark: "Écran noir",
    light: "Rallumer l'écran", parts: "Parties", time: "{at} sur {all}", fault: "Cette séance ne peut pas être lue ici." },
  pt: { shelf: "Sessões", feed: "Feed do podcast", back: "Todas as sessões", play: "Começar", pause: "Pausar", previous: "Parte anterior",
    next: "Próxima parte", timer: "Parar após", never: "o fim", part: "esta parte", minutes: "{n} minutos", dark: "Tela escura",
    light: "Acender a tela", parts: "Partes", time: "{at} de {all}", fault: "Esta sessão não pode ser tocada aqui." },
};
// Seconds in which the sound fades before the timer stops it.
const FADE = 20;
const MINUTES = [10, 20, 30, 45, 60];

const language = (navigator.languages || ["en"]).map((tag) => tag.slice(0, 2)).find((tag) => WORDS[tag]) || "en";
const words = WORDS[language];
const element = (id) => document.getElementById(id);
const sessions = JSON.parse(element("sessions").textContent);
const sound = element("sound");
let session = null;
// When the timer ends, as a time of the wall clock in ms, or a position in seconds; null for neither.
let until = null;
let untilPosition = null;

document.documentElement.lang = language;
for (const one of document.querySelectorAll("[data-text]")) one.textContent = words[one.dataset.text];

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function button(text, small, lang) {
  const made = document.createElement("button");
  made.type = "button";
  const label = document.createElement("span");
  label.textContent = text;
  if (lang) label.lang = lang;
  made.append(label);
  if (small) {
    const more = document.createElement("small");
    more.textContent = small;
    made.append(more);
  }
  return made;
}

function listed(list, made) {
  const item = document.createElement("li");
  item.append(made);
  list.append(item);
}

// The part that sounds, by its number.
function current() {
  let place = 0;
  session.chapters.forEach(([at], number) => { if (at <= sound.currentTime + 0.05) place = number; });
  return place;
}

function jump(number) {
  const chapter = session.chapters[Math.min(Math.max(number, 0), session.chapters.length - 1)];
  if (chapter) sound.currentTime = chapter[0];
}

// The timer ends with this part; the last one ends with the sound.
function endOfPart(number) {
  const next = session.chapters[number + 1];
  untilPosition = next ? next[0] : Infinity;
}

// The beginning of this part; soon after it, the part before.
function previous() {
  const chapter = session.chapters[current()];
  jump(chapter && sound.currentTime - chapter[0] > 3 ? current() : current() - 1);
}

function open(chosen) {
  session = chosen;
  element("shelf").hidden = true;
  element("player").hidden = false;
  element("title").textContent = session.title;
  element("title").lang = session.language;
  element("message").textContent = "";
  sound.replaceChildren();
  for (const [address, type] of session.sources) {
    const source = document.createElement("source");
    source.src = address;
    source.type = type;
    sound.append(source);
  }
  // No source that is left can be played.
  const last = sound.lastElementChild;
  if (last) last.addEventListener("error", () => { element("message").textContent = words.fault; });
  sound.load();
  const chapters = element("chapters");
  chapters.replaceChildren();
  session.chapters.forEach(([at, name], number) => {
    const made = button(name, clock(at), session.language);
    made.addEventListener("click", () => { jump(number); sound.play(); });
    listed(chapters, made);
  });
  describe();
  setTimer("never");
  show();
  element("play").focus();
}

function show() {
  if (!session) return;
  const isPlaying = !sound.paused && !sound.ended;
  const play = element("play");
  if (play.textContent !== (isPlaying ? words.pause : words.play)) play.textContent = isPlaying ? words.pause : words.play;
  const all = Number.isFinite(sound.duration) ? sound.duration : session.seconds;
  element("time").textContent = words.time.replace("{at}", clock(sound.currentTime)).replace("{all}", clock(all));
  const place = current();
  element("chapters").querySelectorAll("button").forEach((made, number) => {
    made.setAttribute("aria-current", String(number === place));
  });
  if ("mediaSession" in navigator) {
    navigator.mediaSession.playbackState = isPlaying ? "playing" : "paused";
    if (navigator.mediaSession.setPositionState && Number.isFinite(sound.duration)) {
      navigator.mediaSession.setPositionState({ duration: sound.duration, position: Math.min(sound.currentTime, sound.duration) });
    }
  }
}

// What the lock screen and the headset's buttons know.
function describe() {
  if (!("mediaSession" in navigator)) return;
  const artwork = session.cover ? [{ src: session.cover, type: "image/png" }] : [];
  navigator.mediaSession.metadata = new MediaMetadata({ title: session.title, artist: "supine", artwork });
}

function setTimer(value) {
  until = null;
  untilPosition = null;
  sound.volume = 1;
  if (value === "part") {
    endOfPart(current());
  } else if (value !== "never") {
    until = Date.now() + Number(value) * 60000;
  }
  element("timer").value = value;
}

// The sound fades before the timer stops it.
function watchTimer() {
  if (until === null && untilPosition === null) return;
  const left = until === null ? untilPosition - sound.currentTime : (until - Date.now()) / 1000;
  if (left <= 0) {
    sound.pause();
    setTimer("never");
  } else if (!sound.paused) {
    sound.volume = Math.min(1, left / FADE);
  }
}

function toggle() {
  if (sound.paused || sound.ended) sound.play(); else sound.pause();
}

for (const one of sessions) {
  const made = button(one.title, `${words.minutes.replace("{n}", Math.round(one.seconds / 60))}. ${one.summary}`, one.language);
  made.addEventListener("click", () => open(one));
  listed(element("list"), made);
}
const options = [["never", words.never], ["part", words.part], ...MINUTES.map((n) => [String(n), words.minutes.replace("{n}", n)])];
for (const [value, text] of options) element("timer").append(new Option(text, value));

element("play").addEventListener("click", toggle);
element("previous").addEventListener("click", previous);
element("next").addEventListener("click", () => jump(current() + 1));
element("timer").addEventListener("change", (event) => setTimer(event.target.value));
element("back").addEventListener("click", () => {
  sound.pause();
  element("player").hidden = true;
  element("shelf").hidden = false;
});
const night = element("night");
night.setAttribute("aria-label", words.light);
element("dark").addEventListener("click", () => {
  night.hidden = false;
  night.focus();
  if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen().catch(() => {});
});
night.addEventListener("click", () => {
  night.hidden = true;
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  element("play").focus();
});
for (const event of ["play", "pause", "ended", "timeupdate", "seeked", "durationchange"]) sound.addEventListener(event, show);
// "This part" is another one after a jump.
sound.addEventListener("seeking", () => { if (untilPosition !== null) endOfPart(current()); });
sound.addEventListener("timeupdate", watchTimer);
setInterval(watchTimer, 1000);
if ("mediaSession" in navigator) {
  const actions = {
    play: () => sound.play(), pause: () => sound.pause(), stop: () => sound.pause(),
    seekbackward: () => { sound.currentTime -= 15; }, seekforward: () => { sound.currentTime += 15; },
    seekto: (details) => { sound.currentTime = details.seekTime; },
    previoustrack: previous, nexttrack: () => jump(current() + 1),
  };
  for (const [action, does] of Object.entries(actions)) {
    try { navigator.mediaSession.setActionHandler(action, (details) => session && does(details)); } catch (error) { /* not known here */ }
  }
}

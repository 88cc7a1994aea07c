"""What `supine serve` offers, in a real browser and in two libraries for podcasts: `make phone` runs it.

Debian's packages: chromium chromium-driver python3-selenium python3-feedparser python3-podcastparser ffmpeg espeak-ng.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import feedparser
import podcastparser
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

ROUTINE = """
title = "{title}"
summary = "Three short poses."
language = "en"
ending = "awake"
[[pose]]
name = "Lie down"
steps = ["Rest here."]
[[pose]]
name = "Breathe"
steps = [{{ count = 4 }}]
[[pose]]
name = "Get up"
steps = ["Roll to one side."]
"""
LIMIT = 30


def serve(supine, folder, home):
    """Renders two sessions and serves them; the process and the address."""
    environment = dict(os.environ, HOME=str(home), LC_ALL="C.UTF-8")
    for name, title in [("one", "First & <best>"), ("two", "Second")]:
        routine = home / f"{name}.toml"
        routine.write_text(ROUTINE.format(title=title))
        for ending in ["opus", "m4a"]:
            file = str(folder / f"{name}.{ending}")
            subprocess.run([supine, "render", routine, "--voice", "espeak", "-o", file], check=True, env=environment)
    server = subprocess.Popen(
        [supine, "serve", folder, "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True, env=environment
    )
    return server, server.stdout.readline().split()[-1]


def read(address):
    return urllib.request.urlopen(address, timeout=LIMIT).read()


def check_feed(address):
    """Both libraries understand the feed, and its chapters are there."""
    feed = feedparser.parse(read(address + "feed.xml"))
    assert not feed.bozo, feed.bozo_exception
    assert [entry.title for entry in feed.entries] == ["First & <best>", "Second"], feed.entries
    for entry in feed.entries:
        (enclosure,) = entry.enclosures
        assert enclosure.type == "audio/mp4", "what every phone plays comes first"
        assert len(read(enclosure.href)) == int(enclosure.length)
    podcast = podcastparser.parse(address + "feed.xml", urllib.request.urlopen(address + "feed.xml"))
    assert podcast["title"] == "supine", podcast
    for episode in podcast["episodes"]:
        assert episode["enclosures"][0]["mime_type"] == "audio/mp4", episode
        assert 20 < episode["total_time"] < 120, episode
        assert episode["published"] > 1_700_000_000, episode
    chapters = json.loads(read(address + "one.chapters.json"))["chapters"]
    assert [chapter["title"] for chapter in chapters][1:4] == ["Lie down", "Breathe", "Get up"], chapters
    print("feed: read by feedparser and podcastparser,", len(chapters), "chapters")
    return chapters


def browser(home):
    options = webdriver.ChromeOptions()
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--mute-audio", f"--user-data-dir={home}/browser"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def check_page(driver, address, chapters):
    """A session is chosen, played, jumped in, darkened and heard to its end."""
    wait = WebDriverWait(driver, LIMIT)
    position = lambda: driver.execute_script("return document.getElementById('sound').currentTime")
    shown = lambda name: driver.find_element(By.ID, name)
    # The narrowest phone.
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 320, "height": 640, "deviceScaleFactor": 2, "mobile": True}
    )
    driver.get(address)
    sessions = driver.find_elements(By.CSS_SELECTOR, "#list button")
    assert len(sessions) == 2 and sessions[0].text.startswith("First & <best>"), [one.text for one in sessions]
    # A keyboard, or a screen reader, opens it as a finger does.
    sessions[0].send_keys(Keys.ENTER)
    play = shown("play")
    assert driver.switch_to.active_element == play and play.text == "Play"
    assert play.size["width"] >= 200, play.size
    width = driver.execute_script("return document.documentElement.scrollWidth")
    assert width <= 320, f"the page is {width} px wide"
    for button in driver.find_elements(By.TAG_NAME, "button"):
        name = button.accessible_name
        assert name or not button.is_displayed(), "a button without a name"
    play.click()
    wait.until(lambda _: position() > 0.5)
    assert play.text == "Pause" and not shown("message").text
    metadata = driver.execute_script("return [navigator.mediaSession.metadata.title, navigator.mediaSession.playbackState]")
    assert metadata == ["First & <best>", "playing"], metadata
    parts = driver.find_elements(By.CSS_SELECTOR, "#chapters button")
    assert len(parts) == len(chapters)
    place = next(number for number, chapter in enumerate(chapters) if chapter["title"] == "Breathe")
    parts[place].click()
    start = chapters[place]["startTime"]
    wait.until(lambda _: start <= position() < start + 3)
    wait.until(lambda _: parts[place].get_attribute("aria-current") == "true")
    shown("next").click()
    wait.until(lambda _: position() >= chapters[place + 1]["startTime"])
    shown("dark").click()
    night = shown("night")
    assert night.is_displayed() and night.accessible_name == "Wake the screen"
    covered = driver.execute_script("const r = arguments[0].getBoundingClientRect(); return [r.width >= innerWidth, r.height >= innerHeight]", night)
    assert covered == [True, True]
    night.click()
    wait.until(lambda _: not night.is_displayed())
    Select(shown("timer")).select_by_value("part")
    # A jump makes another part "this part".
    shown("previous").click()
    shown("next").click()
    assert not driver.execute_script("return document.getElementById('sound').paused"), "a jump ends nothing"
    length = driver.execute_script("return document.getElementById('sound').duration")
    end = chapters[place + 2]["startTime"] if place + 2 < len(chapters) else length
    driver.execute_script("document.getElementById('sound').currentTime = arguments[0]", end - 1.5)
    wait.until(lambda _: driver.execute_script("return document.getElementById('sound').paused"))
    assert position() <= end + 1, "the timer stops at the end of the part"
    play.click()
    driver.execute_script("document.getElementById('sound').currentTime = arguments[0]", length - 2)
    wait.until(lambda _: driver.execute_script("return document.getElementById('sound').ended"))
    assert play.text == "Play"
    shown("back").click()
    assert driver.find_element(By.ID, "list").is_displayed()
    errors = [line for line in driver.get_log("browser") if line["level"] == "SEVERE" and "favicon" not in line["message"]]
    assert not errors, errors
    print(f"page: played, jumped to {start:.1f} s, darkened, stopped by the timer, heard to the end at {length:.1f} s")


def main():
    supine = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as home:
        home = Path(home)
        folder = home / "sessions"
        folder.mkdir()
        server, address = serve(supine, folder, home)
        try:
            chapters = check_feed(address)
            driver = browser(home)
            try:
                check_page(driver, address, chapters)
            finally:
                driver.quit()
        finally:
            server.terminate()
            server.wait(LIMIT)


main()

// Shows instants in the reader's time zone, and what a day was when the pointer is over its bar. The page works without.
const locale = document.documentElement.lang;
const shown = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll("time")) {
  time.title = time.textContent;
  time.textContent = shown.format(new Date(time.dateTime));
}

const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const hint = document.createElement("div");
hint.className = "hint";
hint.hidden = true;
document.body.append(hint);

for (const bars of document.querySelectorAll(".bars")) {
  const { from, days } = bars.dataset;
  const words = JSON.parse(document.body.dataset.days);
  bars.addEventListener("pointermove", (event) => {
    const { left, width, top } = bars.getBoundingClientRect();
    const index = Math.min(
      days.length - 1,
      Math.max(0, Math.floor(((event.clientX - left) / width) * days.length)),
    );
    hint.textContent = `${day.format(Date.parse(from) + index * 86_400_000)}\n${words[days[index]]}`;
    hint.hidden = false;
    hint.style.left = `${Math.min(left + ((index + 0.5) / days.length) * width + scrollX, scrollX + innerWidth - hint.offsetWidth - 8)}px`;
    hint.style.top = `${top + scrollY - hint.offsetHeight - 6}px`;
  });
  bars.addEventListener("pointerleave", () => {
    hint.hidden = true;
  });
}

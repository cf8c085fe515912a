// Completes questions and names as one types; without scripts the field works as it is.
"use strict";
for (const field of document.querySelectorAll("input[name=q][data-suggest]")) {
  const list = document.createElement("datalist");
  list.id = "suggested";
  field.after(list);
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  let waiting, newest = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const turn = ++newest;
      const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(field.value)}`);
      if (!answer.ok || turn !== newest) return;
      const { items } = await answer.json();
      list.replaceChildren(...items.map((item) => Object.assign(document.createElement("option"), { value: item.text })));
    }, 150);
  });
}

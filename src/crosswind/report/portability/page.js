const table = document.querySelector(".matrix");
const rows = [...table.tBodies[0].rows];
const machines = [...table.tHead.rows[1].cells];
const systems = [...table.tHead.rows[0].cells].slice(1).flatMap((cell) => Array(cell.colSpan).fill(cell.textContent));
const said = document.getElementById("said");
const search = document.getElementById("search");
const holes = document.getElementById("holes");
const words = { w: "works", c: "works, with C code", b: "does not build", t: "works, its tests do not build", n: "no files for it" };

function show(cell) {
  const row = cell.parentElement;
  const column = cell.cellIndex - 1;
  const link = row.querySelector("a");
  const reasons = link ? document.getElementById(link.hash.slice(1)).querySelectorAll("li") : [];
  const list = document.createElement("ul");
  for (const reason of reasons) {
    if ((BigInt(`0x${reason.dataset.where}`) >> BigInt(column)) & 1n) list.append(reason.cloneNode(true));
  }
  const heading = document.createElement("h3");
  const letter = Object.keys(words).find((one) => cell.classList.contains(one));
  heading.textContent = `${row.cells[0].textContent} on ${systems[column]}/${machines[column].textContent}: ${words[letter]}`;
  const close = document.createElement("button");
  close.textContent = "close ✕";
  close.addEventListener("click", hide);
  said.replaceChildren(heading, close, list);
  said.hidden = false;
  table.querySelector(".here")?.classList.remove("here");
  cell.classList.add("here");
}

function hide() {
  said.hidden = true;
  table.querySelector(".here")?.classList.remove("here");
}

function move(event) {
  const here = table.querySelector(".here");
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const step = steps[event.key];
  if (event.key === "Escape") hide();
  if (!here || !step || event.target === search) return;
  const shown = rows.filter((row) => !row.hidden);
  const row = shown[shown.indexOf(here.parentElement) + step[0]];
  const cell = row?.cells[here.cellIndex + step[1]];
  if (cell?.tagName !== "TD") return;
  event.preventDefault();
  show(cell);
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function filter() {
  const wanted = search.value.toLowerCase();
  for (const row of rows) {
    const named = row.cells[0].textContent.toLowerCase().includes(wanted);
    row.hidden = !named || (holes.checked && row.classList.contains("whole"));
  }
}

for (const cells of rows) {
  for (const [number, cell] of [...cells.cells].slice(1).entries()) {
    cell.title = `${systems[number]}/${machines[number].textContent}`;
  }
}
table.addEventListener("click", (event) => {
  const cell = event.target.closest("td");
  if (cell) show(cell);
  const link = event.target.closest("a");
  if (link) document.getElementById(link.hash.slice(1)).open = true;
});
document.addEventListener("keydown", move);
search.addEventListener("input", filter);
holes.addEventListener("change", filter);
search.hidden = false;
holes.parentElement.hidden = false;

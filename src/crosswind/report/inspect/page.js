document.querySelectorAll("svg.map rect").forEach((rect) => {
  rect.addEventListener("mouseenter", () => {
    rect.closest("svg").nextElementSibling.textContent = rect.querySelector("title").textContent;
  });
});
const search = document.getElementById("search");
search.hidden = false;
search.addEventListener("input", () => {
  const wanted = search.value.toLowerCase();
  document.querySelectorAll("details").forEach((part) => {
    let any = !wanted;
    part.querySelectorAll("tbody tr").forEach((row) => {
      const shown = !wanted || row.textContent.toLowerCase().includes(wanted);
      row.hidden = !shown;
      any = any || shown;
    });
    part.hidden = !any;
    if (wanted) part.open = any;
  });
});

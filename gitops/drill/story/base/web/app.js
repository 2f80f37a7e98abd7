// Adds to the cart without leaving the page.
async function addToCart(sku) {
  const response = await fetch("/cart", { method: "POST", body: sku });
  if (!response.ok) {
    showError("That did not work. Please try again.");
  }
}

// Shows suggestions while somebody types.
let timer;
function suggest(input) {
  clearTimeout(timer);
  timer = setTimeout(() => loadSuggestions(input.value), 250);
}

function showError(text) {
  const box = document.querySelector(".error");
  box.textContent = text;
  box.hidden = false;
}

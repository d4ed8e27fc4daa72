// Before anything is painted: the colours that were chosen, else those of the system.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('aidis-theme');
  } catch {
    // No storage, no choice.
  }
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset.theme = chosen;
  }
})();

// Before the page is painted: the colours that were chosen, here or in the console, which keeps them under this name.
const chosen = (() => {
  try {
    return localStorage.getItem('mantine-color-scheme-value')
  } catch {
    return null
  }
})()
if (chosen === 'light' || chosen === 'dark')
  document.documentElement.setAttribute('data-mantine-color-scheme', chosen)

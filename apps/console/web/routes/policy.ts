/** The pages whose answer bears the laxer policy that the Explorer's editor needs, as the console's server tells them by their path. */
function isExplorer(path: string): boolean {
  return path === '/explorer' || /^\/d\/[^/]+\/explorer$/.test(path)
}

const loadedForExplorer = isExplorer(location.pathname)

/**
 * Loads a page anew where its policy is another than that of the document: the Explorer may do what no other page may, and its
 * policy goes with it.
 */
export async function keepPolicy(path: string, href: string): Promise<void> {
  if (isExplorer(path) === loadedForExplorer) return
  location.assign(href)
  // Nothing more happens here: the document is about to go.
  await new Promise(() => {})
}

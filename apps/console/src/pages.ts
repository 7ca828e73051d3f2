import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { createContentSecurityPolicy } from './headers.ts'

const built = fileURLToPath(new URL('../dist/', import.meta.url))

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.rss': 'application/rss+xml; charset=utf-8',
  '.graphql': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

/** What the build writes in feeds where the console's own address belongs. */
const feedOrigin = 'https://console.invalid'
/** The last two steps of quality take 25 times as long for a twelfth of the size: the Explorer's editor would hold up everybody for 13 s. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

interface Page {
  type: string
  body: Buffer
  encoded: Map<string, Buffer>
  etag: string
  modifiedMs: number
}

/** Serves what the build made: `reference` pages as they are, everything else that is no file as the app's page. */
export interface Pages {
  serve(request: IncomingMessage, response: ServerResponse, path: string): void
}

/**
 * Opens the pages of one listener: `entry` is the app's page, `index.html` or `operator.html`, and feeds speak of `url`. Files are read once and kept,
 * compressed, in memory; those whose name carries a hash may be kept by browsers for a year.
 */
export function openPages(entry: string, url: string): Pages {
  const web = join(built, 'web')
  if (!existsSync(join(web, entry)))
    throw new Error('the pages are not built: "npm run build:console" makes them')
  const known = new Map<string, Page | null>()
  const find = (file: string): Page | null => {
    const page = known.get(file)
    if (page !== undefined && (page === null || page.modifiedMs === modifiedMs(file))) return page
    const read = readPage(file, url)
    known.set(file, read)
    return read
  }
  return {
    serve(request, response, path) {
      const asset = findFile([web, join(built, 'reference')], path)
      // Links of a folder's page lead on from the folder.
      if (
        asset?.endsWith(`${sep}index.html`) &&
        path !== '/' &&
        /[^/]$/.test(path) &&
        !path.endsWith('.html')
      ) {
        response.writeHead(301, { location: `${path}/` }).end()
        return
      }
      const page = asset && find(asset)
      // The app's pages are made for a listener and a request: they are never served as the files that they are.
      const isApp = !page || (asset.startsWith(web + sep) && asset.endsWith('.html'))
      if (isApp) return sendApp(response, find(join(web, entry)), path)
      response.setHeader('content-security-policy', createContentSecurityPolicy('none', { explorer: false }))
      const forever = path.startsWith('/assets/')
      response.setHeader('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
      send(request, response, page)
    },
  }
}

/** The file that a path names below one of the folders, or null: never one outside, never a hidden one. */
function findFile(folders: string[], path: string): string | null {
  let name: string
  try {
    name = normalize(decodeURIComponent(path))
  } catch {
    return null
  }
  if (name.includes('\0') || name.split(sep).some((part) => part.startsWith('.'))) return null
  for (const folder of folders) {
    for (const each of [name, `${name}.html`, join(name, 'index.html')]) {
      const file = join(folder, each)
      if (file.startsWith(folder + sep) && existsSync(file) && statSync(file).isFile()) return file
    }
  }
  return null
}

function modifiedMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function readPage(file: string, url: string): Page | null {
  const type = types[extname(file)] ?? 'application/octet-stream'
  const read = readFileSync(file)
  const body = file.endsWith('.rss') ? Buffer.from(read.toString().replaceAll(feedOrigin, url)) : read
  const encoded = new Map<string, Buffer>()
  if (body.length > 1024 && /^text|json|svg|xml/.test(type)) {
    encoded.set('br', brotliCompressSync(body, brotli))
    encoded.set('gzip', gzipSync(body))
  }
  const modified = modifiedMs(file)
  return {
    type,
    body,
    encoded,
    etag: `"${body.length.toString(36)}-${Math.round(modified).toString(36)}"`,
    modifiedMs: modified,
  }
}

function send(request: IncomingMessage, response: ServerResponse, page: Page): void {
  response.setHeader('content-type', page.type)
  response.setHeader('etag', page.etag)
  response.setHeader('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === page.etag) {
    response.writeHead(304).end()
    return
  }
  const accepted = String(request.headers['accept-encoding'] ?? '')
  const encoding = ['br', 'gzip'].find((each) => accepted.includes(each) && page.encoded.has(each))
  const body = (encoding && page.encoded.get(encoding)) || page.body
  if (encoding) response.setHeader('content-encoding', encoding)
  response.writeHead(200, { 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The app's page with a nonce of its own, for the styles that the component library makes. */
function sendApp(response: ServerResponse, page: Page | null, path: string): void {
  if (!page) throw new Error('the app’s page is missing')
  const nonce = randomBytes(16).toString('base64')
  const explorer = path === '/explorer' || /^\/d\/[^/]+\/explorer$/.test(path)
  response.setHeader('content-security-policy', createContentSecurityPolicy(nonce, { explorer }))
  const body = page.body.toString().replace('%NONCE%', nonce)
  response.writeHead(200, {
    'content-type': page.type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(body)
}

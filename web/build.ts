import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, context, type Metafile, type Plugin } from 'esbuild'

/** Where the pages are built, and their function finds them. */
const DIST = fileURLToPath(new URL('./dist/', import.meta.url))

const PROJECT = fileURLToPath(new URL('../', import.meta.url))

const PAGES = ['home', 'label', 'app', 'docs'] as const

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Takes the indentation out of templates, which everybody would load. Lines keep their numbers. No other text in the sources of
 * the pages has several lines.
 */
const withoutIndentation: Plugin = {
  name: 'without-indentation',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]web[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return { contents: source.replace(/\n[ \t]+/g, '\n'), loader: 'ts', watchFiles: [path] }
    })
  },
}

const options: BuildOptions = {
  entryPoints: [
    ...PAGES.map((page) => ({ in: at(`./${page}/main.ts`), out: page })),
    { in: at('./icon.svg'), out: 'icon' },
  ],
  outdir: DIST,
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  // Browsers since 2024.
  target: 'es2023',
  loader: { '.svg': 'copy', '.md': 'text' },
  legalComments: 'none',
  charset: 'utf8',
  metafile: true,
  logLevel: 'silent',
  plugins: [withoutIndentation],
}

/**
 * Builds the web pages into `web/dist/`. The names of the files change with their contents, and `build.json` says which
 * file belongs to which page. It is replaced last and in one step, so that who reads it finds all its files.
 * @throws Error of esbuild with the place of each mistake
 */
async function buildPages(): Promise<void> {
  await mkdir(DIST, { recursive: true })
  const { metafile } = await build(options)
  await writeBuild(metafile as Metafile, [])
}

/**
 * Builds the pages, and again whenever one of their files changes; open pages reload then.
 * @param onProblem gets the mistakes of a build that failed
 */
async function watchPages(onProblem: (problem: string) => void): Promise<void> {
  await mkdir(DIST, { recursive: true })
  const writing: Plugin = {
    name: 'write-build',
    setup: ({ onEnd }) => {
      onEnd(async ({ metafile, errors }) => {
        for (const { text, location } of errors)
          onProblem(`The web pages cannot be built: ${location ? `${location.file}:${location.line}: ` : ''}${text}`)
        if (metafile && errors.length === 0) await writeBuild(metafile, ['reload'])
      })
    },
  }
  const reload = { in: at('./kit/reload.ts'), out: 'reload' }
  const entryPoints = [...(options.entryPoints as { in: string; out: string }[]), reload]
  const watched = await context({ ...options, entryPoints, plugins: [withoutIndentation, writing] })
  await watched.rebuild().catch(() => undefined)
  await watched.watch()
}

/** What pages may contain. Schemas of contracts would bring zod along, which is as large as a page. */
const BUNDLED = /^(web\/|docs\/errors\.md$|node_modules\/(idb|lit-html)\/)/

/**
 * Writes which files belong to which page.
 * @param shared scripts of every page
 * @throws Error naming a file that is in a page and may not be
 */
async function writeBuild({ inputs, outputs }: Metafile, shared: readonly string[]): Promise<void> {
  const foreign = Object.keys(inputs).find((path) => !BUNDLED.test(relative(PROJECT, resolve(path))))
  if (foreign !== undefined)
    throw new Error(`A web page imports ${foreign}: pages import types only from shared/contracts`)
  const built = Object.entries(outputs).map(([path, output]) => ({ name: basename(path), ...output }))
  const find = (entry: string) => {
    const found = built.find(({ entryPoint, name }) => entryPoint?.endsWith(`/${entry}`) && !name.endsWith('.css'))
    if (!found) throw new Error(`esbuild has built no ${entry}`)
    return found
  }
  const common = shared.map((name) => find(`kit/${name}.ts`).name)
  const pages = PAGES.map((page) => {
    const { name, cssBundle } = find(`${page}/main.ts`)
    return [page, { scripts: [name, ...common], styles: cssBundle === undefined ? [] : [basename(cssBundle)] }]
  })
  const icon = built.find(({ name }) => name.startsWith('icon-'))?.name
  const text = JSON.stringify({ icon, pages: Object.fromEntries(pages) }, null, 2)
  const temporary = `${DIST}build-${process.pid}.tmp`
  await writeFile(temporary, `${text}\n`)
  await rename(temporary, `${DIST}build.json`)
}

if (process.argv.includes('--watch')) {
  // Whoever has started this may be killed: then its end of the pipe is closed.
  process.stdin.resume().on('close', () => process.exit())
  await watchPages((problem) => process.stderr.write(`${problem}\n`))
} else await buildPages()

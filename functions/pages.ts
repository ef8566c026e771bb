import { join } from 'node:path'
import * as z from 'zod'
import { anonymousPorts } from '../shared/platform/anonymous-ports.ts'
import { route } from '../shared/platform/http/route.ts'
import { publicLambdas } from '../shared/platform/http/several-routes.ts'
import { builtPages, PAGE_ASSET_TYPES } from '../shared/platform/http/web-pages/built-pages.ts'
import { type PageName, sendPage } from '../shared/platform/http/web-pages/page.ts'
import type { Ports } from '../shared/platform/ports.ts'

// Not bundled: a deployment ships the files beside the function.
const pages = builtPages(join(import.meta.filename, '../../web/dist'))

const page = (path: string, name: PageName, operationId: string, summary: string) =>
  route(
    {
      method: 'GET',
      path,
      operationId,
      summary,
      scope: undefined,
      refuses: [],
      permissions: [],
      isPage: true,
      packagedFiles: ['web/dist/*.{js,css,svg,json}'],
      produces: ['text/html'],
      // Mail programs and trackers add parameters to links.
      query: z.looseObject({}),
      answers: { 200: undefined },
    },
    (_input, { config }: Pick<Ports, 'config' | 'now' | 'requestId'>) => sendPage(name, pages, config),
  )

const asset = route(
  {
    method: 'GET',
    path: '/assets/{file}',
    operationId: 'getPageAsset',
    summary: 'Get a file of the web pages',
    scope: undefined,
    refuses: ['not-found'],
    permissions: [],
    isPage: true,
    produces: PAGE_ASSET_TYPES,
    params: z.object({
      file: z.string().describe('Its name; the names in the pages change with their contents'),
    }),
    answers: { 200: undefined },
  },
  ({ params: { file }, acceptEncoding }, _ports: Pick<Ports, 'config' | 'now' | 'requestId'>) =>
    pages.send(file, acceptEncoding),
)

/** The web pages and their files: one function, so that a page and its files are of the same version. */
export const endpoints = [
  page('/', 'home', 'getHome', 'Start page, which leads to the others'),
  page('/label', 'label', 'getLabelPage', 'Page on which workers label images'),
  page('/app', 'app', 'getAppPage', 'Page for owners of datasets, batches and labeling jobs'),
  page('/docs', 'docs', 'getDocs', 'API documentation page'),
  asset,
]

export const handler = publicLambdas(endpoints, anonymousPorts)

import { html, nothing, type TemplateResult } from 'lit-html'
import { get } from '../frame/calls.ts'
import { badge, notice, pageHead, problemNotice, skeleton, whenReady } from '../frame/elements.ts'
import { formatCount, formatShare } from '../frame/format.ts'
import type { OpenPage } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'
import { linkTo } from '../frame/routes.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import { type DatasetItem, describeState, toImportShare } from './dataset.ts'

type Item = DatasetItem | UnreadableItem<'dataset'>

const isBeingChanged = ({ state }: Item): boolean => state === 'importing' || state === 'deleting'

const PATH = 'v1/datasets?limit=1000'

/** The page of all datasets. */
export const openDatasets: OpenPage = (context) => {
  const datasets = context.watch<ListPage<Item>>(PATH, { isBusy: ({ items }) => items.some(isBeingChanged) })
  return {
    title: 'Datasets',
    calls: () => [get(PATH)],
    view: () => html`
      ${pageHead('Datasets', {
        lead: 'Sets of public images with boxes that people drew. Open one to choose classes, and make a batch of them.',
      })}
      ${whenReady(datasets, skeleton(6), ({ items }) => listView(items))}
    `,
  }
}

/** Those that can be used at once come first. */
function listView(items: readonly Item[]): TemplateResult {
  const ready = items.filter(({ state }) => state === 'ready')
  const others = items.filter(({ state }) => state !== 'ready')
  return html`
    ${
      ready.length === 0
        ? notice('info', 'No dataset is ready yet. Open one, and import its metadata; that takes some minutes.')
        : html`<h2 class="hidden-text">Ready to use</h2>
          <ul class="cards">${ready.map(cardView)}</ul>`
    }
    ${
      others.length === 0
        ? nothing
        : html`<h2 class="section-head">To be imported first</h2>
          <ul class="cards">${others.map(cardView)}</ul>`
    }
  `
}

function cardView(item: Item): TemplateResult {
  if (item.state === 'unreadable')
    return html`<li class="card"><h3>${item.dataset}</h3>${problemNotice({ ...NO_STATUS, ...item.problem, message: item.problem.detail })}</li>`
  const { dataset, title, state, imageCount, boxCount, classCount, progress } = item
  return html`<li class="card">
    <h3><a class="card-link" href=${linkTo('dataset', dataset)}>${title}</a></h3>
    <p class="quiet-text"><code>${dataset}</code></p>
    <p>${badge(...describeState(state))} ${progress ? `${formatShare(toImportShare(progress))} of this step` : nothing}</p>
    ${
      imageCount === undefined
        ? nothing
        : html`<p class="counts">
          <span><strong>${formatCount(imageCount)}</strong> images</span>
          <span><strong>${formatCount(boxCount ?? 0)}</strong> boxes</span>
          <span><strong>${formatCount(classCount ?? 0)}</strong> classes</span>
        </p>`
    }
  </li>`
}

const NO_STATUS = { status: 200, issues: [] }

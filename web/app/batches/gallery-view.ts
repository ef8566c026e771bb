import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import type { BatchView } from '../../../shared/contracts/batch.ts'
import type { Flag } from '../../../shared/contracts/flags.ts'
import { problemNotice } from '../frame/elements.ts'
import { selectField } from '../frame/fields.ts'
import { formatCount, formatNoun } from '../frame/format.ts'
import type { PageContext } from '../frame/page.ts'
import { numberClasses } from '../pictures/picture.ts'
import { legendView, pictureView } from '../pictures/picture-view.ts'
import { showPictures } from '../pictures/viewer.ts'
import type { ClassNames } from './class-names.ts'
import { FLAG_TEXTS, FLAGS } from './flag-texts.ts'
import {
  findVisible,
  type Gallery,
  type GalleryEvent,
  hasMoreImages,
  type ImageFilter,
  loadedImages,
} from './gallery-state.ts'
import { type BatchImage, describeCopy, describeFlags, toPicture } from './image.ts'
import { imageDetails } from './image-details.ts'
import type { Provenance } from './provenance.ts'

interface Shown {
  readonly batch: BatchView
  readonly gallery: Gallery
  /** The gallery at that moment, for a viewer that stays open while more is loaded. */
  readonly current: () => Gallery
  readonly provenance: ReadonlyMap<string, Provenance>
  readonly names: ClassNames
  readonly context: PageContext
  send(event: GalleryEvent): void
  /** An image could not be loaded: its link has expired. */
  onBroken(): void
}

/** The images of a batch in a grid, with filters above. */
export function galleryView(shown: Shown): TemplateResult {
  const { batch, gallery, send } = shown
  const numbers = numberClasses((batch.classes ?? []).map(({ className }) => className))
  const images = findVisible(gallery)
  const total = batch.imageCount ?? 0
  return html`
    <section aria-labelledby="images-head">
      <h2 id="images-head" class="section-head">Images</h2>
      ${filtersView(gallery, [...numbers.keys()], send)} ${legendView(numbers)}
      <p role="status" class="quiet-text">${countText(gallery, images.length, total)}</p>
      <ul class="gallery" aria-busy=${gallery.isLoading ? 'true' : 'false'}>
        ${repeat(
          images,
          ({ imageId }) => imageId,
          (image, index) => itemView(image, index, numbers, shown),
        )}
        ${gallery.isLoading && gallery.pages.length === 0 ? placeholders(Math.min(total || 12, 12)) : nothing}
      </ul>
      ${gallery.problem ? problemNotice(gallery.problem, () => send({ type: 'more' })) : nothing}
      ${
        hasMoreImages(gallery) && gallery.pages.length > 0
          ? html`<button class="wide" ?disabled=${gallery.isLoading} @click=${() => send({ type: 'more' })}>
            ${gallery.isLoading ? 'Loading …' : 'Load more images'}
          </button>`
          : nothing
      }
    </section>
  `
}

function countText(gallery: Gallery, shown: number, total: number): string {
  const loaded = loadedImages(gallery).length
  const isFiltered = Object.values(gallery.filter).some((value) => value !== '')
  if (gallery.pages.length === 0) return 'Loading the images'
  return isFiltered
    ? `${formatNoun(shown, 'image')} of the ${formatCount(loaded)} that are loaded match. The batch has ${formatCount(total)}.`
    : `${formatCount(shown)} of ${formatNoun(total, 'image')}`
}

/** Outcomes that images of the gallery have, so that no filter finds nothing. */
const outcomes = (gallery: Gallery): string[] => [...new Set(loadedImages(gallery).map(({ copy }) => copy ?? 'none'))]

function filtersView(gallery: Gallery, classNames: readonly string[], send: Shown['send']): TemplateResult {
  const { filter } = gallery
  const set = (change: Partial<ImageFilter>): void => send({ type: 'filtered', filter: change })
  const copies = [...new Set([...outcomes(gallery), ...(filter.copy === '' ? [] : [filter.copy])])]
  return html`<div class="filters" role="group" aria-label="Filters">
    ${selectField({
      id: 'filter-class',
      label: 'Class',
      value: filter.className,
      options: [{ value: '', text: 'All classes' }, ...classNames.map((value) => ({ value, text: value }))],
      onInput: (className) => set({ className }),
    })}
    ${selectField<Flag | ''>({
      id: 'filter-flag',
      label: 'Flag of a box',
      value: filter.flag,
      options: [{ value: '', text: 'Any' }, ...FLAGS.map((value) => ({ value, text: FLAG_TEXTS[value] }))],
      onInput: (flag) => set({ flag }),
    })}
    ${selectField({
      id: 'filter-copy',
      label: 'Copy',
      value: filter.copy,
      options: [
        { value: '', text: 'Any' },
        ...copies.map((value) => ({ value, text: describeCopy(value === 'none' ? undefined : value) })),
      ],
      onInput: (copy) => set({ copy }),
    })}
  </div>`
}

function itemView(
  image: BatchImage,
  index: number,
  numbers: ReadonlyMap<string, number>,
  shown: Shown,
): TemplateResult {
  const { batch, current, provenance, names, context, onBroken } = shown
  const find = (place: number): BatchImage | undefined => findVisible(current())[place]
  const details = provenance.get(image.destination)
  const open = (): void => {
    names.load(batch.request.dataset)
    showPictures(
      context,
      {
        count: () => findVisible(current()).length,
        picture: (place) => {
          const found = find(place)
          return found && toPicture(found, numbers)
        },
        details: (place) => {
          const found = find(place)
          return found ? imageDetails(found, { provenance: provenance.get(found.destination), numbers, names }) : html``
        },
        onBroken,
      },
      index,
    )
  }
  return html`<li>
    <button class="thumb" @click=${open}>
      <span class="hidden-text">Open image ${image.imageId}:</span>
      ${pictureView(toPicture(image, numbers), { onBroken })}
    </button>
    <p class="caption">
      ${describeFlags(image).map((text) => html`<span class="flag">${text}</span>`)}
      ${image.copy === 'copied' || image.copy === 'present' ? nothing : html`<span class="flag bad">${describeCopy(image.copy)}</span>`}
      ${details?.author ? html`<span class="author">${details.author}</span>` : nothing}
    </p>
  </li>`
}

/** Take the places of the images until they are known. */
const placeholders = (count: number): TemplateResult[] =>
  Array.from(
    { length: count },
    () => html`<li aria-hidden="true"><div class="picture absent waiting"></div><p class="caption"></p></li>`,
  )

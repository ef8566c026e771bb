import type { ClassSummary } from '../../../shared/contracts/class-summary.ts'

/** How the classes of a dataset are looked through. */
export interface ClassChoice {
  readonly search: string
  readonly withImagesOnly: boolean
  readonly order: 'name' | 'images'
  /** Names as requests take them, in the order of choosing. */
  readonly chosen: readonly string[]
}

export type ClassChoiceEvent =
  | { readonly type: 'searched'; readonly search: string }
  | { readonly type: 'limited'; readonly withImagesOnly: boolean }
  | { readonly type: 'ordered'; readonly order: ClassChoice['order'] }
  | { readonly type: 'toggled'; readonly className: string }

/** The choice of a page that was just opened. */
export const NO_CHOICE: ClassChoice = { search: '', withImagesOnly: true, order: 'images', chosen: [] }

/** Returns the choice after an event. Pure. */
export function reduceChoice(choice: ClassChoice, event: ClassChoiceEvent): ClassChoice {
  switch (event.type) {
    case 'searched':
      return { ...choice, search: event.search }
    case 'limited':
      return { ...choice, withImagesOnly: event.withImagesOnly }
    case 'ordered':
      return { ...choice, order: event.order }
    case 'toggled': {
      const others = choice.chosen.filter((name) => name !== event.className)
      const isChosen = others.length < choice.chosen.length
      return { ...choice, chosen: isChosen ? others : [...others, event.className] }
    }
  }
}

/** Returns the classes that are shown, in their order. Pure. */
export function visibleClasses(
  classes: readonly ClassSummary[],
  { withImagesOnly, order }: Pick<ClassChoice, 'withImagesOnly' | 'order'>,
): ClassSummary[] {
  const shown = classes.filter(({ imageCount }) => imageCount > 0 || !withImagesOnly)
  return order === 'name' ? shown : shown.sort((one, other) => other.imageCount - one.imageCount)
}

import type { Box, Point, Side, Size } from './geometry.ts'
import type { Viewport } from './viewport.ts'

/** How a box came about: sent with the answer, for statistics. `kept` and `adjusted` are boxes that the task had. */
export type How = 'drag' | 'clicks' | 'extreme-points' | 'sides' | 'keys' | 'copied' | 'kept' | 'adjusted' | 'chosen'

/** A box on the surface. */
export interface DrawnBox extends Box {
  readonly id: number
  readonly className: string
  readonly how: How
  /** Neither pointer nor keys change it. */
  readonly isLocked?: boolean
}

export type PointerType = 'mouse' | 'pen' | 'touch'

/** What lies under the pointer. With `isGrip`, a drag from here changes the box; otherwise it draws another one. */
export type Hit =
  | { readonly on: 'image' }
  | { readonly on: 'sides'; readonly id: number; readonly sides: readonly Side[]; readonly isGrip: boolean }
  | { readonly on: 'tag'; readonly id: number; readonly isGrip: boolean }

/** Where a pointer was pressed: on the image, and on the surface in CSS pixels. */
export interface Press {
  readonly at: Point
  readonly surface: Point
}

/** What the pointer is doing. Places are those of the image, unless they are said to be of the surface. */
export type Gesture =
  | { readonly kind: 'none' }
  /** Pressed, and not moved yet. */
  | ({ readonly kind: 'press'; readonly hit: Hit } & Press)
  /** From a first corner to the pointer: held down, or between two clicks. `press` is where the second one is held down. */
  | { readonly kind: 'corners'; readonly from: Point; readonly how: 'drag' | 'clicks'; readonly press?: Press }
  /** Two to four extreme points of an object, in any order. */
  | { readonly kind: 'extremes'; readonly points: readonly Point[] }
  /** Sides that were set at the pointer by keys. */
  | { readonly kind: 'sides'; readonly sides: Readonly<Partial<Record<Side, number>>> }
  /** Some sides of a box, or all of it, follow the pointer: held down, or between two clicks. */
  | {
      readonly kind: 'change'
      readonly id: number
      readonly origin: Box
      readonly from: Point
      /** None to move the whole box. */
      readonly sides: readonly Side[]
      readonly isHeld: boolean
    }
  /** The image follows the pointer. `surface` is where it was last, in CSS pixels. */
  | { readonly kind: 'pan'; readonly surface: Point; readonly hasMoved: boolean }
  /** Two fingers, by pointer id, in CSS pixels of the surface. */
  | { readonly kind: 'pinch'; readonly fingers: ReadonlyMap<number, Point> }

/** How a click on the image begins a box: with the first of two corners, or of four extreme points. */
export type ClickStyle = 'corners' | 'extremes'

/** Everything about the image on the surface and what is drawn on it. Immutable. */
export interface Drawing {
  readonly image: Size
  /** In CSS pixels. */
  readonly surface: Size
  readonly viewport: Viewport
  /** Whether the image is to be fitted again when the surface changes its size. */
  readonly isFitted: boolean
  /** Boxes can only be looked at. */
  readonly isReadOnly: boolean
  readonly classNames: readonly string[]
  /** The class of the next box. */
  readonly className: string
  readonly clickStyle: ClickStyle
  readonly boxes: readonly DrawnBox[]
  readonly nextId: number
  readonly selected: number | undefined
  /** Whether the selected box was selected, and not only drawn just now: then a digit changes its class. */
  readonly isChosen: boolean
  readonly gesture: Gesture
  /** Where the pointer is on the image; undefined while it is elsewhere. */
  readonly pointer: Point | undefined
  readonly pointerType: PointerType
  /** Pointers that are down, by id, in CSS pixels of the surface. */
  readonly down: ReadonlyMap<number, Point>
  /** While the space bar is held, or the hand is switched on, the pointer pans. */
  readonly isPanning: boolean
  readonly past: readonly Snapshot[]
  readonly future: readonly Snapshot[]
  /** What the latest change was, so that steps by keys are undone together. */
  readonly lastChange: string | undefined
  readonly copied: DrawnBox | undefined
  readonly areBoxesHidden: boolean
  /** What was done last, for those who cannot see it. */
  readonly announcement: string
}

/** What undo goes back to. */
export interface Snapshot {
  readonly boxes: readonly DrawnBox[]
  readonly selected: number | undefined
}

/** Boxes of one answer: as many as the API takes. */
export const MAX_BOXES = 500

/** Returns the drawing of an image before anything is drawn, with the boxes that its task has. Pure. */
export function startDrawing(given: {
  readonly image: Size
  readonly classNames: readonly string[]
  readonly className?: string | undefined
  readonly boxes?: readonly Omit<DrawnBox, 'id'>[]
  readonly isReadOnly?: boolean
  readonly clickStyle?: ClickStyle
  readonly copied?: DrawnBox | undefined
}): Drawing {
  const { image, classNames, className, boxes = [], isReadOnly = false, clickStyle = 'corners', copied } = given
  const known = className !== undefined && classNames.includes(className) ? className : classNames[0]
  return {
    image,
    surface: { width: 0, height: 0 },
    viewport: { scale: 1, x: 0, y: 0 },
    isFitted: true,
    isReadOnly,
    classNames,
    className: known ?? '',
    clickStyle,
    boxes: boxes.map((box, index) => ({ ...box, id: index + 1 })),
    nextId: boxes.length + 1,
    selected: undefined,
    isChosen: false,
    gesture: { kind: 'none' },
    pointer: undefined,
    pointerType: 'mouse',
    down: new Map(),
    isPanning: false,
    past: [],
    future: [],
    lastChange: undefined,
    copied,
    areBoxesHidden: false,
    announcement: '',
  }
}

/** Returns the selected box, if there is one. Pure. */
export const selectedBox = ({ boxes, selected }: Drawing): DrawnBox | undefined =>
  selected === undefined ? undefined : boxes.find(({ id }) => id === selected)

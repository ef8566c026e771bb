import type { LabelingTask } from '../../../shared/contracts/labeling-task.ts'

/** An image of a task as far as it has come. */
export type TaskImage =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly element: HTMLImageElement }
  | { readonly state: 'failed' }
  /** It is shown with other proportions than the server says, so that boxes on it would be wrong. */
  | { readonly state: 'wrong-size'; readonly shown: string; readonly told: string }

export interface ImageLoader {
  /** Loads and decodes the images of some tasks, the first one first. Those of other tasks are let go. */
  load(tasks: readonly LabelingTask[]): void
  image(task: LabelingTask): TaskImage
  /** Loads an image again that has failed. */
  retry(task: LabelingTask): void
}

const LOADING: TaskImage = { state: 'loading' }
/** Of a side: browsers round to whole pixels. */
const MAX_DIFFERENCE_SHARE = 0.01

/**
 * Loads images ahead and decodes them, so that the next one is there at once. Images are shown as stored: not turned by their
 * EXIF orientation.
 * @param stage an element out of sight, in which the size is measured at which a browser shows an image
 * @param onChange called with the line of an image that is ready or has failed
 */
export function createImageLoader(stage: HTMLElement, onChange: (line: number) => void): ImageLoader {
  const images = new Map<string, TaskImage>()
  const begun = new Map<string, HTMLImageElement>()
  /** A link is signed anew with each reply; the image is the same. */
  const keyFor = ({ line, image }: LabelingTask): string => `${line} ${image.split('?', 1)[0]}`

  const begin = (task: LabelingTask): void => {
    const key = keyFor(task)
    const element = new Image()
    element.crossOrigin = 'anonymous'
    element.className = 'stored'
    element.alt = ''
    element.draggable = false
    element.decoding = 'async'
    begun.set(key, element)
    images.set(key, LOADING)
    const end = (image: TaskImage): void => {
      if (begun.get(key) !== element) return
      images.set(key, image)
      onChange(task.line)
    }
    element.addEventListener('error', () => end({ state: 'failed' }))
    element.addEventListener('load', () => {
      // An image that cannot be decoded fails here, although it was loaded.
      element.decode().then(
        () => end(measure(element, task, stage)),
        () => end({ state: 'failed' }),
      )
    })
    element.src = task.image
  }

  return {
    load: (tasks) => {
      const keys = new Set(tasks.map(keyFor))
      for (const key of [...begun.keys()]) {
        if (keys.has(key)) continue
        begun.delete(key)
        images.delete(key)
      }
      for (const task of tasks) if (!begun.has(keyFor(task))) begin(task)
    },
    image: (task) => images.get(keyFor(task)) ?? LOADING,
    retry: begin,
  }
}

/** Compares the size at which a browser shows an image, which `naturalWidth` is not, with that of the server. */
function measure(element: HTMLImageElement, { width, height }: LabelingTask, stage: HTMLElement): TaskImage {
  stage.append(element)
  const shown = element.getBoundingClientRect()
  element.remove()
  const difference = Math.abs(shown.width * height - shown.height * width) / (shown.width * height)
  if (difference < MAX_DIFFERENCE_SHARE) return { state: 'ready', element }
  return { state: 'wrong-size', shown: `${shown.width} × ${shown.height}`, told: `${width} × ${height}` }
}

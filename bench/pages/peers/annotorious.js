import { createImageAnnotator } from '@annotorious/annotorious'
import '@annotorious/annotorious/annotorious.css'

const annotator = createImageAnnotator(document.querySelector('#image'), { drawingMode: 'drag' })
annotator.setAnnotations(
  globalThis.places.map(({ x, y }, index) => ({
    id: String(index),
    bodies: [],
    target: {
      annotation: String(index),
      selector: {
        type: 'RECTANGLE',
        geometry: { x, y, w: 30, h: 30, bounds: { minX: x, minY: y, maxX: x + 30, maxY: y + 30 } },
      },
    },
  })),
)
annotator.setDrawingTool('rectangle')
annotator.setDrawingEnabled(true)
annotator.on('createAnnotation', () => {
  globalThis.drags = (globalThis.drags ?? 0) + 1
})
globalThis.isReady = true

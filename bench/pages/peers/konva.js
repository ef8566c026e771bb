import Konva from 'konva/lib/Core.js'
import { Image } from 'konva/lib/shapes/Image.js'
import { Rect } from 'konva/lib/shapes/Rect.js'

const image = document.querySelector('#image')
const { naturalWidth: width, naturalHeight: height } = image
image.remove()
const stage = new Konva.Stage({ container: 'surface', width, height })
const layer = new Konva.Layer()
stage.add(layer)
layer.add(new Image({ image, width, height }))
const toBox = (x, y) => new Rect({ x, y, width: 30, height: 30, stroke: 'red', strokeWidth: 2 })
for (const { x, y } of globalThis.places) layer.add(toBox(x, y))
let drawn
stage.on('pointerdown', () => {
  const { x, y } = stage.getPointerPosition()
  drawn = toBox(x, y)
  layer.add(drawn)
})
stage.on('pointermove', () => {
  if (!drawn) return
  const { x, y } = stage.getPointerPosition()
  drawn.size({ width: x - drawn.x(), height: y - drawn.y() })
})
stage.on('pointerup', () => {
  drawn = undefined
  globalThis.drags = (globalThis.drags ?? 0) + 1
})
globalThis.isReady = true

import { describe, expect, it } from '@jest/globals'
import { parseHeader } from '../../shared/open-images/header.ts'
import { parseRow } from '../../shared/open-images/row.ts'

const V4 = parseHeader(
  'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside',
)

describe('parseRow', () => {
  it('parses all fields of an annotation', () => {
    expect(parseRow('000026e7ee790996,freeform,/m/07j7r,1,0.071905,0.145346,0.206591,0.391306,0,1,-1,0,1', V4)).toEqual(
      {
        imageId: '000026e7ee790996',
        classId: '/m/07j7r',
        xMin: 0.071905,
        xMax: 0.145346,
        yMin: 0.206591,
        yMax: 0.391306,
        isOccluded: 0,
        isTruncated: 1,
        isGroupOf: -1,
        isDepiction: 0,
        isInside: 1,
      },
    )
  })
  it('ignores a carriage return after the last flag', () => {
    expect(parseRow('000026e7ee790996,freeform,/m/07j7r,1,0,1,0,1,0,1,-1,0,1\r', V4).isInside).toBe(1)
  })
  it('treats flags that the file does not have as unknown', () => {
    const columns = parseHeader('ImageID,LabelName,XMin,XMax,YMin,YMax')
    expect(parseRow('000026e7ee790996,/m/07j7r,0,1,0,1', columns)).toMatchObject({
      isOccluded: -1,
      isInside: -1,
      yMax: 1,
    })
  })
  it('parses corners to the nearest double', () => {
    const row = parseRow('000026e7ee790996,x,/m/07j7r,1,0.1,0.30000000000000004,7.8e-05,1.000000,0,0,0,0,0', V4)
    expect([row.xMin, row.xMax, row.yMin, row.yMax]).toEqual([0.1, 0.1 + 0.2, 0.000078, 1])
  })
})

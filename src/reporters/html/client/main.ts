import { startCharts } from './charts.ts'
import { startCopying } from './copy.ts'
import { startFilter } from './filter.ts'
import { startGrids } from './grid.ts'
import { startLive } from './live.ts'
import { startMatrix } from './matrix.ts'
import { startOpening } from './open-check.ts'
import { startPlaces } from './places.ts'
import { startTabs } from './tabs.ts'

document.documentElement.classList.add('scripted')
startTabs()
startPlaces()
startMatrix()
startFilter()
startOpening()
startCopying()
startGrids()
startCharts()
startLive()

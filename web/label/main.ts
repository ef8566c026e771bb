import { html, render } from 'lit-html'
import '../kit/style.css'

const root = document.querySelector<HTMLElement>('#page')
if (root) render(html`<main><h1>Groundwork</h1></main>`, root)

import { render } from 'ink';
import { createElement } from 'react';
import type { Output, View } from '../main.ts';
import type { Program } from '../program.ts';
import { Screen } from '../terminal/screen.ts';
import type { Depth } from '../text/colours.ts';
import { type Paint, painter } from '../text/paint.ts';
import { App } from './app.ts';

/** Draws the program on a screen with ink. */
export async function startView(program: Program, output: Output, depth: Depth): Promise<View> {
  const { columns, rows } = program.state.screen;
  const screen = new Screen(output, { columns, rows });
  const paints = new Map<string, Paint>();
  const paint = (): Paint => {
    const { background } = program.shown().settings;
    const known = paints.get(background) ?? painter({ depth, background });
    paints.set(background, known);
    return known;
  };
  const shown = {
    subscribe: program.subscribe,
    state: program.shown,
    paint,
    onPicture: (picture: { readonly cursor: Parameters<Screen['placeCursor']>[0] }) => screen.placeCursor(picture.cursor),
  };
  // `debug` makes ink write every frame whole and at once: what of it goes to the terminal is the screen's to decide, when is the program's.
  const ink = render(createElement(App, { shown }), {
    stdout: screen as unknown as NodeJS.WriteStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    resize: (wide, high) => {
      screen.resize(wide, high);
      screen.emit('resize');
    },
    redraw: () => {
      screen.forget();
      ink.rerender(createElement(App, { shown }));
    },
    stop: () => ink.unmount(),
  };
}

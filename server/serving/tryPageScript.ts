/**
 * What the page does in a browser, as it stands there: plain JavaScript, since no builder runs where a bundle is served.
 * Everything that a pipeline or a person has named reaches the page as text, never as markup.
 */
export const tryPageScript = String.raw`'use strict';
(function () {
  const told = JSON.parse(document.getElementById('pipeline').textContent);
  const form = document.getElementById('form');
  const answers = document.getElementById('answers');
  const command = document.getElementById('command');
  const send = document.getElementById('send');
  const stop = document.getElementById('stop');
  const state = document.getElementById('state');
  const given = new Map();
  const urls = new Map();
  let underWay = null;

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function svg(tag, attributes) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
    return element;
  }
  function isFileKind(kind) {
    return kind !== 'text' && kind !== 'json';
  }

  // ---- the form
  for (const [at, input] of told.inputs.entries()) {
    const field = form.querySelector('[data-input="' + at + '"]');
    if (isFileKind(input.kind)) fileField(field, input);
    else {
      const area = field.querySelector('textarea');
      area.addEventListener('input', () => {
        if (area.value === '') given.delete(input.name);
        else given.set(input.name, area.value);
        showCommand();
      });
    }
  }
  function fileField(field, input) {
    const drop = field.querySelector('.drop');
    const chooser = field.querySelector('input');
    chooser.addEventListener('change', () => take(Array.from(chooser.files)));
    drop.addEventListener('dragover', (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
    drop.addEventListener('dragleave', () => drop.classList.remove('over'));
    drop.addEventListener('drop', (event) => {
      event.preventDefault();
      drop.classList.remove('over');
      take(Array.from(event.dataTransfer.files));
    });
    function take(files) {
      if (files.length === 0) return;
      given.set(input.name, input.kind === 'folder' ? files : files.slice(0, 1));
      const [first] = files;
      drop.querySelector('.words').textContent =
        files.length === 1 ? first.name + ' (' + size(first.size) + ')' : files.length + ' files';
      for (const old of drop.querySelectorAll('img, audio, video')) old.remove();
      if (urls.has(input.name)) URL.revokeObjectURL(urls.get(input.name));
      const url = URL.createObjectURL(first);
      urls.set(input.name, url);
      const family = first.type.split('/')[0];
      if (family === 'image' || family === 'audio' || family === 'video') {
        const look = make(family === 'image' ? 'img' : family);
        if (family === 'image') look.alt = 'What is sent';
        else look.controls = true;
        look.src = url;
        drop.append(look);
      }
      showCommand();
    }
  }
  function size(bytes) {
    return bytes < 1024 ? bytes + ' bytes' : bytes < 1048576 ? (bytes / 1024).toFixed(1) + ' KiB' : (bytes / 1048576).toFixed(1) + ' MiB';
  }

  // ---- the command that does the same
  function quoted(text) {
    return "'" + text.replace(/'/g, "'\\''") + "'";
  }
  function showCommand() {
    const parts = ['curl'];
    for (const input of told.inputs) {
      const value = given.get(input.name);
      if (isFileKind(input.kind)) {
        const files = value || [{ name: input.kind === 'image' ? 'picture.jpg' : input.kind === 'audio' ? 'sound.wav' : input.kind === 'video' ? 'video.mp4' : 'input.npy' }];
        for (const file of files) parts.push('-F ' + quoted(input.name + '=@"' + file.name.replace(/(["\\])/g, '\\$1') + '"'));
      } else parts.push('--form-string ' + quoted(input.name + '=' + (value || '')));
    }
    parts.push(quoted(location.origin + told.path));
    command.textContent = parts.join(' \\\n  ');
  }
  document.getElementById('copy').addEventListener('click', () => {
    navigator.clipboard.writeText(command.textContent).catch(() => getSelection().selectAllChildren(command));
  });
  showCommand();

  // ---- asking
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const body = new FormData();
    for (const [name, value] of given) {
      if (typeof value === 'string') body.append(name, value);
      else for (const file of value) body.append(name, file, file.name);
    }
    underWay = new AbortController();
    send.disabled = true;
    stop.hidden = false;
    answers.setAttribute('aria-busy', 'true');
    const from = performance.now();
    try {
      const response = await fetch(told.path, { method: 'POST', body, signal: underWay.signal, headers: { accept: 'application/json' } });
      const answer = await response.json();
      if (response.ok) show(answer, performance.now() - from);
      else showProblem(answer.error, response.status);
    } catch (error) {
      if (underWay.signal.aborted) answers.replaceChildren(make('p', 'doc', 'Cancelled.'));
      else showProblem({ message: 'The server cannot be reached.', fix: String(error.message || error) });
    } finally {
      underWay = null;
      send.disabled = false;
      stop.hidden = true;
      answers.removeAttribute('aria-busy');
    }
  });
  stop.addEventListener('click', () => underWay && underWay.abort());

  function showProblem(problem, status) {
    const box = make('div', 'problem');
    box.setAttribute('role', 'alert');
    box.append(make('strong', '', (status ? status + ' ' : '') + (problem.code || '')), make('div', '', problem.message), make('div', '', problem.fix || ''));
    answers.replaceChildren(box);
  }
  function show(answer, tookMs) {
    answers.replaceChildren();
    const { queueMs, runMs } = answer.timings;
    answers.append(make('p', 'doc', 'Answered in ' + Math.round(tookMs) + ' ms: ' + queueMs.toFixed(1) + ' ms in the queue, ' + runMs.toFixed(1) + ' ms in the pipeline.'));
    for (const output of told.outputs) {
      if (!(output.name in answer.outputs)) continue;
      const box = make('div', 'answer kind-' + output.kind);
      const title = make('div', 'label', output.name);
      title.append(make('span', 'kind', output.kind));
      box.append(title);
      if (output.doc) box.append(make('div', 'doc', output.doc));
      const missing = answer.missing && answer.missing[output.name];
      const value = answer.outputs[output.name];
      if (missing) box.append(make('div', 'doc', 'Missing: ' + missing.message));
      else if (output.many) for (const item of value.slice(0, 50)) box.append(make('div', 'doc', item.t.toFixed(2) + ' s'), look(output.kind, item.value));
      else box.append(look(output.kind, value));
      answers.append(box);
    }
    for (const warning of answer.warnings || []) answers.append(make('p', 'doc', warning.message));
    const times = make('details');
    times.append(make('summary', '', 'Where the time went'), nodeTable(answer.timings.nodes));
    const whole = make('details');
    whole.append(make('summary', '', 'The answer as JSON'), make('pre', '', JSON.stringify(answer, shortened, 2)));
    answers.append(times, whole);
  }
  function shortened(key, value) {
    if (typeof value === 'string' && value.length > 200) return value.slice(0, 100) + '… (' + value.length + ' letters)';
    if (Array.isArray(value) && value.length > 64 && typeof value[0] === 'number') return value.slice(0, 16).concat('… (' + value.length + ' numbers)');
    return value;
  }
  function nodeTable(nodes) {
    const table = make('table');
    for (const name of Object.keys(nodes)) {
      const row = make('tr');
      row.append(make('td', '', name), make('td', 'number', nodes[name].toFixed(2) + ' ms'));
      table.append(row);
    }
    return table;
  }

  // ---- answers by their kind
  function look(kind, value) {
    if (value === null) return make('div', 'doc', 'Nothing.');
    if (kind === 'scores') return bars(value.classes.slice(0, 20).map((c) => [c.label, Number(c.score)]));
    if (kind === 'boxes') return boxes(value);
    if (kind === 'image' || kind === 'mask') return picture(value, kind);
    if (kind === 'audio') {
      const player = make('audio');
      player.controls = true;
      player.src = value.data;
      return player;
    }
    if (kind === 'embedding') return make('pre', '', value.length + ' numbers: ' + value.slice(0, 12).join(', ') + (value.length > 12 ? ', …' : ''));
    if (kind === 'tensor') return make('pre', '', value.dtype + ' [' + value.shape.join(', ') + ']: ' + value.data.slice(0, 24).join(', ') + (value.data.length > 24 ? ', …' : ''));
    return make('pre', '', typeof value === 'string' ? value : JSON.stringify(value, shortened, 2));
  }
  function bars(rows) {
    const list = make('div');
    const most = Math.max(1e-9, ...rows.map((row) => row[1]).filter(Number.isFinite));
    const whole = most <= 1 ? 1 : most;
    for (const [name, number] of rows) {
      const row = make('div', 'bar');
      const track = make('div', 'track');
      const fill = make('span', 'fill');
      fill.style.width = Math.max(0, Math.min(100, (100 * number) / whole)) + '%';
      track.append(fill);
      const label = make('div', 'name', name);
      label.title = name;
      row.append(label, track, make('div', 'number', whole === 1 ? (100 * number).toFixed(1) + ' %' : number.toPrecision(4)));
      list.append(row);
    }
    return list;
  }
  function picture(value, kind) {
    const box = make('div');
    const image = make('img', 'shown');
    image.alt = kind === 'mask' ? 'The mask' : 'The picture that came out';
    image.src = value.data;
    box.append(image);
    if (kind === 'mask') box.append(bars(value.classes.slice(0, 20).map((c) => [c.label, c.share])));
    return box;
  }
  function boxes(value) {
    const box = make('div');
    const sent = told.inputs.find((input) => input.kind === 'image' && urls.has(input.name));
    if (sent) {
      const over = make('div', 'over');
      const image = make('img', 'shown');
      image.alt = value.count + ' boxes on the picture that was sent';
      image.src = urls.get(sent.name);
      const lines = svg('svg', { viewBox: '0 0 ' + value.imageWidth + ' ' + value.imageHeight, preserveAspectRatio: 'none' });
      const letter = Math.max(8, value.imageHeight / 28);
      for (const b of value.boxes) {
        lines.append(svg('rect', { x: b.x1, y: b.y1, width: Math.max(0, b.x2 - b.x1), height: Math.max(0, b.y2 - b.y1) }));
        const name = svg('text', { x: b.x1 + 2, y: Math.max(letter, b.y1 - 3), 'font-size': letter });
        name.textContent = b.label + ' ' + Number(b.score).toFixed(2);
        lines.append(name);
      }
      over.append(image, lines);
      box.append(over);
    }
    const table = make('table');
    for (const b of value.boxes.slice(0, 50)) {
      const row = make('tr');
      row.append(make('td', '', b.label), make('td', 'number', Number(b.score).toFixed(3)), make('td', 'number', [b.x1, b.y1, b.x2, b.y2].map((x) => Number(x).toFixed(1)).join(', ')));
      table.append(row);
    }
    box.append(value.count === 0 ? make('div', 'doc', 'Nothing was found.') : table);
    return box;
  }

  // ---- whether it is ready
  async function lookAtState() {
    let ready = false;
    try {
      const response = await fetch('/readyz');
      const answer = await response.json();
      ready = answer.ready;
      state.className = 'state ' + (ready ? 'ready' : /^failed/.test(answer.reason) ? 'failed' : '');
      state.textContent = ready ? 'ready' : answer.reason;
    } catch {
      state.className = 'state failed';
      state.textContent = 'cannot be reached';
    }
    setTimeout(lookAtState, ready ? 15000 : 1000);
  }
  lookAtState();
})();
`;

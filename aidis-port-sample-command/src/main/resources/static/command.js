// Keeps the page as the registry is. The server renders; this puts what it sends in its place.
(() => {
  'use strict';

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const page = () => $('#page');
  const MAX_EVENTS = 200;
  const STATES = ['down', 'dead', 'stale', 'starting', 'unknown', 'up'];

  // ---- requests: the token of this service goes with whatever changes something

  document.addEventListener('htmx:configRequest', (event) => {
    const token = $('meta[name=csrf]');
    if (event.detail.verb !== 'get') {
      event.detail.headers[token.dataset.header] = token.content;
    }
  });

  const tell = (kind, text) => {
    const line = document.createElement('p');
    line.className = 'notice ' + kind;
    line.textContent = text;
    $('#notice').replaceChildren(line);
  };

  // htmx keeps the notice as it is when an answer is an error, and says so to the console only.
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.isError) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      let detail = 'The request failed with status ' + event.detail.xhr.status + '.';
      try {
        detail = JSON.parse(event.detail.xhr.responseText).detail || detail;
      } catch {
        // Not a problem detail.
      }
      if (event.detail.xhr.status === 401) {
        location.assign('login');
      }
      tell('warning', detail);
    }
  });
  document.addEventListener('htmx:sendError', () => tell('warning', 'The service did not answer. Is it still running?'));

  const check = (key, button) => {
    button.setAttribute('aria-busy', 'true');
    htmx.ajax('POST', 'instances/' + key + '/check', { target: '#notice', swap: 'innerHTML' })
      .finally(() => button.removeAttribute('aria-busy'));
  };

  const show = (key) => {
    htmx.ajax('GET', 'instances/' + key, { target: '#details-body', swap: 'innerHTML' }).then(() => {
      if ($('#details-title') && !$('#details').open) {
        $('#details').showModal();
      }
    });
  };

  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    const node = event.target.closest('g.node');
    if (event.target.nodeName === 'DIALOG') {
      event.target.close();
    } else if (node) {
      search(node.dataset.find);
    } else if (!button) {
      return;
    } else if (button.classList.contains('check')) {
      check(button.dataset.key || button.closest('tr').id, button);
    } else if (button.classList.contains('name')) {
      show(button.closest('tr').id);
    } else if (button.id === 'theme') {
      nextTheme();
    } else if (button.id === 'help-open') {
      $('#help').showModal();
    } else if (button.id === 'clear') {
      search('');
    } else if (button.classList.contains('find')) {
      search(button.dataset.find);
    } else if (button.closest('th[data-sort]')) {
      sortBy(button.closest('th').dataset.sort);
    }
  });

  // ---- search and order

  let order = { by: 'name', descending: false };
  let sought = '';

  const value = (row, by) => {
    switch (by) {
      case 'name': return row.dataset.name + '\u0000' + row.dataset.cluster + '\u0000' + String(row.dataset.replica).padStart(6, '0');
      case 'state': return STATES.indexOf(row.classList[0]);
      // The longer it is up, the earlier it started.
      case 'started': return -row.dataset.started;
      case 'changed': return -row.dataset.changed;
      default: return Number(row.dataset[by]);
    }
  };

  const compare = (a, b) => {
    const x = value(a, order.by);
    const y = value(b, order.by);
    const result = x < y ? -1 : x > y ? 1 : 0;
    if (result !== 0) {
      return order.descending ? -result : result;
    }
    return value(a, 'name') < value(b, 'name') ? -1 : 1;
  };

  const sortAll = () => {
    const rows = $('#rows');
    const sorted = $$('tr', rows).sort(compare);
    // What is in its place already need not be moved.
    if (sorted.some((row, i) => rows.children[i] !== row)) {
      rows.append(...sorted);
    }
    $$('th[data-sort]').forEach((head) => {
      if (head.dataset.sort === order.by) {
        head.setAttribute('aria-sort', order.descending ? 'descending' : 'ascending');
      } else {
        head.removeAttribute('aria-sort');
      }
    });
    $('#sorting').value = order.by;
  };

  const sortBy = (by) => {
    order = { by, descending: order.by === by && !order.descending };
    sortAll();
  };

  const place = (row) => {
    const rows = $('#rows');
    const next = [...rows.children].find((other) => other !== row && compare(row, other) < 0);
    if (row.nextElementSibling !== (next || null)) {
      rows.insertBefore(row, next || null);
    }
  };

  const CLUSTER = 'cluster:';
  const has = (row, word) => (word.startsWith(CLUSTER) ? row.dataset.cluster.toLowerCase() === word.slice(CLUSTER.length)
    : row.textContent.toLowerCase().includes(word));
  const matches = (row) => !sought || sought.split(/\s+/).every((word) => has(row, word));

  const count = () => {
    const rows = $$('#rows > tr');
    const shown = rows.filter((row) => !row.hidden).length;
    $('#count').textContent = sought ? shown + ' of ' + rows.length : rows.length > 1 ? String(rows.length) : '';
    $('#nomatch').hidden = shown > 0 || rows.length === 0;
  };

  const filterAll = () => {
    $$('#rows > tr').forEach((row) => {
      row.hidden = !matches(row);
    });
    count();
  };

  const search = (text) => {
    $('#search').value = text;
    sought = text.trim().toLowerCase();
    filterAll();
    if (text) {
      $('#services').scrollIntoView({ block: 'nearest' });
    }
  };

  document.addEventListener('input', (event) => {
    if (event.target.id === 'search') {
      sought = event.target.value.trim().toLowerCase();
      filterAll();
    }
  });
  document.addEventListener('change', (event) => {
    if (event.target.id === 'sorting') {
      order = { by: event.target.value, descending: false };
      sortAll();
    }
  });

  // ---- keyboard

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $('dialog[open]')) {
      return;
    }
    const typing = event.target.matches('input, select, textarea');
    const row = event.target.closest('#rows > tr');
    if (event.key === 'Escape' && event.target.id === 'search') {
      search('');
    } else if (event.key === '/' && !typing) {
      $('#search').focus();
      event.preventDefault();
    } else if (event.key === '?' && !typing) {
      $('#help').showModal();
    } else if (event.key === 't' && !typing) {
      nextTheme();
    } else if (event.key === 'c' && row) {
      check(row.id, $('.check', row));
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && (row || event.target.id === 'search')) {
      const rows = $$('#rows > tr').filter((other) => !other.hidden);
      const next = rows[rows.indexOf(row) + (event.key === 'ArrowDown' ? 1 : -1)];
      if (next) {
        $('.name', next).focus();
        event.preventDefault();
      }
    }
  });

  // ---- times

  const span = (millis) => {
    const seconds = Math.max(0, Math.floor(millis / 1000));
    if (seconds < 60) {
      return seconds < 5 ? 'moments' : seconds - (seconds % 5) + ' s';
    }
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) {
      return minutes + ' min';
    }
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? hours + ' h ' + (minutes % 60) + ' min' : Math.floor(hours / 24) + ' d';
  };

  const tick = (root) => {
    const now = Date.now();
    $$('time[data-t]', root).forEach((time) => {
      let text = span(now - time.dataset.t);
      if (time.classList.contains('ago')) {
        text = text === 'moments' ? 'just now' : text + ' ago';
      }
      if (time.textContent !== text) {
        time.textContent = text;
      }
      if (!time.title) {
        time.title = new Date(Number(time.dataset.t)).toLocaleString();
      }
    });
  };

  // ---- what the server sends

  const put = (element, quiet) => {
    const old = document.getElementById(element.id);
    if (element.hasAttribute('data-gone')) {
      old?.remove();
      return;
    }
    const into = element.dataset.into;
    if (old) {
      // Who works with the keyboard stays where he is.
      const focused = old.contains(document.activeElement) ? document.activeElement.className : null;
      const open = $('details[open]', old);
      old.replaceWith(element);
      if (focused) {
        element.getElementsByClassName(focused)[0]?.focus({ preventScroll: true });
      }
      if (open) {
        $('details', element)?.setAttribute('open', '');
      }
    } else if (into) {
      const parent = document.getElementById(into);
      if (element.hasAttribute('data-first')) {
        parent.prepend(element);
      } else {
        parent.append(element);
      }
    }
    tick(element);
    if (into === 'rows') {
      element.hidden = !matches(element);
      if (!quiet) {
        element.classList.add('news');
        setTimeout(() => element.classList.remove('news'), 1500);
      }
    }
  };

  const update = (html, quiet) => {
    const template = document.createElement('template');
    template.innerHTML = html;
    const elements = [...template.content.children];
    const rows = elements.filter((element) => element.dataset.into === 'rows');
    if (rows.length > 20) {
      const fragment = new DocumentFragment();
      elements.forEach((element) => {
        if (element.dataset.into === 'rows' && !document.getElementById(element.id)) {
          element.hidden = !matches(element);
          fragment.append(element);
        } else {
          put(element, quiet);
        }
      });
      tick(fragment);
      $('#rows').append(fragment);
      sortAll();
    } else {
      elements.forEach((element) => put(element, quiet));
      rows.forEach(place);
    }
    while ($('#events').children.length > MAX_EVENTS) {
      $('#events').lastElementChild.remove();
    }
    count();
  };

  const latency = (readings) => Object.entries(readings).forEach(([key, millis]) => {
    const row = document.getElementById(key);
    const cell = row && $('.ms', row);
    if (cell) {
      row.dataset.latency = millis;
      cell.textContent = millis + ' ms';
    }
  });

  let resyncing = false;
  let wanted = false;
  let latest = '';
  const number = (revision) => Number(revision.split('-')[1] || 0);
  const resync = () => {
    if (resyncing) {
      wanted = true;
      return;
    }
    resyncing = true;
    wanted = false;
    htmx.ajax('GET', './', { target: '#page', select: '#page', swap: 'outerHTML' }).finally(() => {
      resyncing = false;
      $('#search').value = sought;
      begin();
      // What came meanwhile was put into what is not shown any more.
      if (wanted || number(latest) > number(page().dataset.revision)) {
        setTimeout(resync, 500);
      }
    });
  };

  const hello = (revision) => {
    const mine = page().dataset.revision;
    if (mine.split('-')[0] !== revision.split('-')[0]) {
      // Another run of the service, with another token.
      location.reload();
    } else if (mine !== revision) {
      resync();
    }
  };

  document.addEventListener('htmx:sseBeforeMessage', (event) => {
    event.preventDefault();
    const { type, data, lastEventId } = event.detail;
    latest = lastEventId;
    switch (type) {
      case 'hello': hello(data); return;
      case 'resync': resync(); return;
      case 'latency': latency(JSON.parse(data)); return;
      case 'usage': sample(JSON.parse(data)); return;
      default: update(data);
    }
    page().dataset.revision = lastEventId;
  });

  // ---- the connection

  let lostTimer;
  const link = (state) => {
    $('#link').className = state;
    $('#link').textContent = state;
    document.documentElement.classList.toggle('is-lost', state === 'lost');
    $('#lost').hidden = state !== 'lost';
  };
  // A stream that was refused does not say why. After a restart nobody is logged in any more.
  const loginIfNeeded = () => fetch('./', { headers: { Accept: 'application/json' } })
    .then((response) => {
      if (response.status === 401) {
        location.assign('login');
      }
    })
    .catch(() => {});
  document.addEventListener('htmx:sseOpen', () => {
    clearTimeout(lostTimer);
    lostTimer = undefined;
    link('live');
  });
  document.addEventListener('htmx:sseError', (event) => {
    if (event.detail.source?.readyState === EventSource.CLOSED) {
      loginIfNeeded();
    }
    // A stream that the server ends on purpose is back within a second.
    lostTimer ??= setTimeout(() => {
      $('#lost-at').textContent = new Date().toLocaleTimeString();
      link('lost');
    }, 400);
  });

  // ---- colours

  const THEMES = { auto: 'as the system has it', light: 'light', dark: 'dark' };
  const theme = () => document.documentElement.dataset.theme || 'auto';
  const label = () => {
    $('#theme').textContent = theme()[0].toUpperCase() + theme().slice(1);
    $('#theme').setAttribute('aria-label', 'Colours: ' + THEMES[theme()]);
  };
  const nextTheme = () => {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(theme()) + 1) % names.length];
    if (next === 'auto') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = next;
    }
    try {
      localStorage.setItem('aidis-theme', next);
    } catch {
      // Chosen for this page only.
    }
    label();
    draw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => draw());

  // ---- charts

  const samples = [];
  const MAX_SAMPLES = 720;
  let charts = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = (more) => ({ stroke: colour('--faint'), grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false }, font: '11px system-ui, sans-serif', ...more });
  const whole = (self, splits) => splits.map((split) => (Number.isInteger(split) ? split : ''));
  const percent = (self, splits) => splits.map((split) => (Number.isInteger(split) ? split + ' %' : ''));

  const clock = (self, splits, index, space, step) => splits.map((split) => new Date(split * 1000).toLocaleTimeString([], {
    hour: '2-digit', minute: '2-digit', second: step < 60 ? '2-digit' : undefined, hourCycle: 'h23' }));

  const chart = (id, series, data, options = {}) => {
    const box = document.getElementById(id);
    box.replaceChildren();
    if (!box.clientWidth) {
      return;
    }
    charts.push(new uPlot({
      width: box.clientWidth, height: 120, legend: { show: false }, cursor: { points: { show: false }, drag: { x: false } },
      padding: [8, 8, 0, 0],
      scales: { y: { range: (self, low, high) => [0, Math.min(options.most || Infinity, Math.max(options.top || 1, Math.ceil((high || 0) * 1.15)))] } },
      axes: [axis({ space: 70, size: 26, values: clock }), axis({ size: options.size || 34, values: options.values || whole })],
      series: [{}, ...series]
    }, data, box));
  };

  const draw = () => {
    charts.forEach((old) => old.destroy());
    charts = [];
    if (samples.length === 0 || typeof uPlot === 'undefined') {
      return;
    }
    const times = samples.map((sample) => Date.parse(sample.at) / 1000);
    const last = samples[samples.length - 1];
    const area = { width: 2, points: { show: false } };
    chart('chart-ports', [
      { ...area, stroke: colour('--accent'), fill: colour('--accent-soft') },
      { ...area, stroke: colour('--stale') }
    ], [times, samples.map((sample) => sample.portsInUse), samples.map((sample) => sample.stale)], { top: 4 });
    $('#ports-now').textContent = last.portsInUse + ' now';
    const bars = { points: { show: false }, paths: uPlot.paths.bars({ size: [0.8, 10], align: 0 }) };
    chart('chart-moves', [
      { ...bars, stroke: colour('--up'), fill: colour('--up') },
      { ...bars, stroke: colour('--down'), fill: colour('--down') }
    ], [times, samples.map((sample) => sample.registrations || null), samples.map((sample) => sample.deaths || null)], { top: 2 });
    const sum = (name) => samples.reduce((total, sample) => total + sample[name], 0);
    $('#moves-now').textContent = sum('registrations') + ' and ' + sum('deaths');
    const ranges = [...new Set(samples.flatMap((sample) => sample.pools.map((pool) => pool.range)))];
    $('#pools').hidden = ranges.length === 0;
    if (ranges.length > 0) {
      const fill = (sample, range) => {
        const pool = sample.pools.find((other) => other.range === range);
        return pool ? 100 * pool.used / pool.size : null;
      };
      chart('chart-pools', ranges.map((range, i) => ({ ...area, stroke: colour('--pool' + (i % 4)) })),
        [times, ...ranges.map((range) => samples.map((sample) => fill(sample, range)))], { top: 10, most: 100, size: 44, values: percent });
      $('#pools-key').replaceChildren(...ranges.map((range, i) => {
        const key = document.createElement('span');
        key.className = 'key pool' + (i % 4);
        key.textContent = range;
        return key;
      }));
      $('#pools-now').textContent = last.pools.map((pool) => pool.used + ' of ' + pool.size).join(', ');
    }
    $('#chart-ports').setAttribute('aria-label', 'Ports in use over time, now ' + last.portsInUse + ', and stale or dead entries, now ' + last.stale);
  };

  const sample = (added) => {
    samples.push(added);
    if (samples.length > MAX_SAMPLES) {
      samples.shift();
    }
    draw();
  };

  const loadSamples = () => fetch('api/usage', { headers: { Accept: 'application/json' } })
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))))
    .then((usage) => {
      samples.splice(0, samples.length, ...usage.samples);
      if (samples.length === 0) {
        samples.push(usage.now);
      }
      draw();
    })
    .catch(() => {
      $('#ports-now').textContent = 'not known';
    });

  let width = 0;
  const sizes = new ResizeObserver(() => {
    const now = $('#chart-ports').clientWidth;
    if (now !== width) {
      width = now;
      draw();
    }
  });

  // ---- the graph: who points at a service sees its calls

  document.addEventListener('mouseover', (event) => {
    const node = event.target.closest?.('g.node');
    $$('path.edge').forEach((edge) => edge.classList.toggle('lit',
      Boolean(node) && (edge.dataset.from === node.dataset.find || edge.dataset.to === node.dataset.find)));
  });

  // The page itself has the first rows only, so as to be there soon.
  let pause = 500;
  const loadRest = () => {
    if (Number($('#rows').dataset.more) > 0) {
      $('#count').textContent = 'loading ' + $('#rows').dataset.more + ' more';
      const table = $('#rows');
      const rendered = page().dataset.revision;
      let theirs;
      fetch('rows', { headers: { Accept: 'text/html' } })
        .then((response) => {
          theirs = response.headers.get('Aidis-Revision');
          return response.ok ? response.text() : Promise.reject(new Error(String(response.status)));
        })
        .then((html) => {
          if ($('#rows') !== table) {
            // Another page is here already, and has asked for its own.
            return;
          }
          if (theirs === rendered && rendered === page().dataset.revision) {
            pause = 500;
            table.dataset.more = 0;
            update(html, true);
          } else {
            // What was left out then is not what is left out now. Where much goes on, that may be so for a while.
            setTimeout(resync, pause);
            pause = Math.min(2 * pause, 8000);
          }
        })
        .catch(() => tell('warning', 'The other services could not be loaded. Load the page again.'));
    }
  };

  const begin = () => {
    tick(document);
    label();
    if (order.by !== 'name' || order.descending) {
      sortAll();
    }
    filterAll();
    sizes.disconnect();
    sizes.observe($('#usage'));
    loadSamples();
    loadRest();
  };

  begin();
  setInterval(() => tick(document), 1000);
})();

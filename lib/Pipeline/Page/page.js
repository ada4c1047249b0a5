// Filters and sorts the table of layers; the choice is kept in the page's address.
(() => {
  'use strict';
  const body = document.querySelector('#layers tbody');
  if (!body) return;
  const rows = [...body.rows], place = new Map(rows.map((row, i) => [row, i]));
  const heads = [...document.querySelectorAll('#layers th[data-sort]')];
  const fields = ['q', 'precision', 'exactness'].map(id => document.getElementById(id));
  const shown = document.getElementById('shown');
  let sort = '';

  const show = () => {
    const [text, precision, exactness] = fields.map(field => field.value);
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const content = row.textContent.toLowerCase();
      row.hidden = (precision && row.dataset.precision !== precision) ||
        (exactness && row.dataset.exactness !== exactness) || !words.every(word => content.includes(word));
      count += !row.hidden;
    }
    shown.textContent = count + ' of ' + rows.length;
  };

  const order = () => {
    const down = sort.startsWith('-'), key = sort.replace(/^-/, '');
    const index = heads.findIndex(head => head.dataset.sort === key);
    heads.forEach((head, i) =>
      head.setAttribute('aria-sort', i !== index ? 'none' : down ? 'descending' : 'ascending'));
    const value = row => row.cells[heads[index].cellIndex].dataset.value;
    const sorted = index < 0 ? [...rows] : [...rows].sort((a, b) => {
      const x = value(a), y = value(b);
      const numbers = heads[index].dataset.kind === 'number';
      const c = numbers ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
      return (down ? -c : c) || place.get(a) - place.get(b);
    });
    if (index < 0) sorted.sort((a, b) => place.get(a) - place.get(b));
    body.append(...sorted);
  };

  const write = () => {
    const hash = new URLSearchParams();
    for (const field of fields) if (field.value) hash.set(field.id, field.value);
    if (sort) hash.set('sort', sort);
    history.replaceState(null, '', '#' + hash);
  };
  const read = () => {
    const hash = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) field.value = hash.get(field.id) || '';
    sort = hash.get('sort') || '';
    show();
    order();
  };

  for (const field of fields) field.addEventListener('input', () => { show(); write(); });
  for (const head of heads)
    head.querySelector('button').addEventListener('click', () => {
      const key = head.dataset.sort, first = head.dataset.kind === 'number' ? '-' + key : key;
      const second = first === key ? '-' + key : key;
      sort = sort === first ? second : sort === second ? '' : first;
      order();
      write();
    });
  addEventListener('hashchange', read);
  document.getElementById('tools').hidden = false;
  read();
})();

"""Answers that attack the sandbox or its grader, by what must become of them."""

from typing import Final

#: Name to source, status of the run, and what is said of the run or of its only case.
#: ``{port}`` is a listening port, ``{folder}`` a folder with a file ``secret``.
ATTACKS: Final[dict[str, tuple[str, str, str]]] = {
    # The network.
    "connect": (
        "import socket\ndef f(x): return socket.create_connection(('127.0.0.1', {port}))",
        "ok",
        "gaierror",
    ),
    "connect raw": (
        "import socket\ndef f(x): return socket.socket().connect(('127.0.0.1', {port}))",
        "ok",
        "PermissionError",
    ),
    "datagram": (
        (
            "import socket\ndef f(x):\n"
            "    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            "    return s.sendto(b'x', ('127.0.0.1', {port}))"
        ),
        "ok",
        "PermissionError",
    ),
    "listen": (
        (
            "import socket\ndef f(x):\n    s = socket.socket()\n    s.bind(('127.0.0.1', 0))\n"
            "    s.listen()\n    return 2"
        ),
        "ok",
        "PermissionError",
    ),
    "http": (
        (
            "import urllib.request\n"
            "def f(x): return urllib.request.urlopen('http://127.0.0.1:{port}').read()"
        ),
        "ok",
        "URLError",
    ),
    # Files, environment, processes.
    "read": ("def f(x): return open('{folder}/secret').read()", "ok", "FileNotFoundError"),
    "read host": ("def f(x): return open('/etc/passwd').read()", "ok", "FileNotFoundError"),
    "write": ("def f(x): return open('{folder}/made', 'w').write('x')", "ok", "FileNotFoundError"),
    "remove": ("import os\ndef f(x): return os.remove('{folder}/secret')", "ok", "Error"),
    "list": ("import os\ndef f(x): return os.listdir('{folder}')", "ok", "FileNotFoundError"),
    "handles": (
        (
            "import os\ndef f(x):\n"
            "    for n in range(3, 99):\n"
            "        try: os.write(n, b'x')\n"
            "        except OSError: continue\n"
            "        return n"
        ),
        "ok",
        "None",
    ),
    "environment": ("import os\ndef f(x): return dict(os.environ)", "ok", "{}"),
    "arguments": ("import sys\ndef f(x): return [len(a) for a in sys.argv]", "ok", "["),
    "fork": ("import os\ndef f(x): return os.fork()", "ok", "AttributeError"),
    "system": ("import os\ndef f(x): return os.system('true')", "ok", "AttributeError"),
    "subprocess": ("import subprocess\ndef f(x): subprocess.run(['true'])", "ok", "OSError"),
    "kill": ("import os\ndef f(x): os.kill(1, 9)", "ok", "AttributeError"),
    "thread": (
        "import threading\ndef f(x): threading.Thread(target=print).start()",
        "ok",
        "RuntimeError: can't start new thread",
    ),
    "ctypes": ("import ctypes\ndef f(x): return 2", "exception", "ModuleNotFoundError"),
    # Memory.
    "bytes": ("def f(x): return bytearray(10**9)", "memory", "MemoryError"),
    "growth": (
        "def f(x):\n    a = []\n    while True: a.append(bytearray(10**6))",
        "memory",
        "MemoryError",
    ),
    "growth at import": ("a = 'x'\nwhile True: a += a", "memory", "MemoryError"),
    "growth to the last byte": (
        (
            "a, n = [], 10**7\nwhile n:\n    try: a.append(bytearray(n))\n"
            "    except MemoryError: n //= 2\nraise MemoryError"
        ),
        "memory",
        "",
    ),
    "exhausted and silent": (
        (
            "def f(x):\n    a = []\n    while True:\n        try: a.append(bytearray(10**6))\n"
            "        except MemoryError: pass"
        ),
        "timeout",
        "",
    ),
    # Time.
    "loop": ("def f(x):\n    while True: pass", "timeout", ""),
    "loop at import": ("while True: pass", "timeout", ""),
    "sleep": ("import time\ndef f(x): time.sleep(10**6)", "timeout", "not done in 4 s"),
    "select at import": ("import select\nselect.select([], [], [], 1e6)", "timeout", "not done"),
    "huge power": ("def f(x): return 10**10**7", "timeout", ""),
    "huge text": ("def f(x): return str(1 << 10**9)", "ok", "ValueError"),
    "backtracking": (
        "import re\ndef f(x): return re.match('(a|aa)+$', 'a' * 99 + 'b')",
        "timeout",
        "",
    ),
    "hang in __del__": (
        (
            "class A:\n    def __del__(self):\n        while True: pass\n"
            "def f(x):\n    A()\n    return 2"
        ),
        "timeout",
        "",
    ),
    "hang in atexit": (
        "import atexit\n@atexit.register\ndef g():\n    while True: pass\ndef f(x): return 3",
        "ok",
        "3",
    ),
    "hang in a message": (
        (
            "class E(Exception):\n    def __str__(self):\n        while True: pass\n"
            "    __repr__ = __str__\ndef f(x): raise E"
        ),
        "ok",
        "E",
    ),
    "hang in a hash": (
        (
            "class A:\n    def __hash__(self):\n        while True: pass\n    __eq__ = None\n"
            "def f(x): return A()"
        ),
        "ok",
        "a value of type A",
    ),
    # Output.
    "flood": ("def f(x):\n    while True: print('x' * 1000)", "output", "it printed over"),
    "stubborn flood": (
        (
            "import sys\ndef f(x):\n    while True:\n        try: sys.stderr.write('x' * 1000)\n"
            "        except OSError: pass"
        ),
        "output",
        "it printed over",
    ),
    "flood below Python": (
        "import os\ndef f(x):\n    while True: os.write(1, b'x' * 100_000)",
        "output",
        "it printed over",
    ),
    "a million elements": ("def f(x): return list(range(10**6))", "ok", "too large"),
    "a long text": ("def f(x): return 'x' * 10**8", "ok", "too large"),
    # Leaving.
    "_exit": ("import os\ndef f(x): os._exit(0)", "exited", "exit status 0"),
    "sys.exit": ("import sys\ndef f(x): sys.exit(0)", "exited", "SystemExit: 0"),
    "quit": ("def f(x): quit()", "exited", "SystemExit"),
    "exit at import": ("raise SystemExit('done')", "exited", "SystemExit: done"),
    "abort": ("import os\ndef f(x): os.abort()", "exited", "gave up"),
    "signal": ("import signal\ndef f(x): signal.raise_signal(9)", "exited", "gave up"),
    "no exception": (
        "class B(BaseException): pass\ndef f(x): raise B('passed')",
        "ok",
        "B: passed",
    ),
    "interrupt": ("def f(x): raise KeyboardInterrupt", "ok", "KeyboardInterrupt"),
    # Depth.
    "recursion": ("def f(x): return f(x)", "ok", "RecursionError"),
    "recursion in C": (
        (
            "import sys\nsys.setrecursionlimit(10**9)\n"
            "class A:\n    def __getattr__(self, name): return getattr(self, name + 'x')\n"
            "def f(x): return A().x"
        ),
        "memory",
        "the call stack is exhausted",
    ),
    "a list in itself": ("def f(x):\n    a = []\n    a.append(a)\n    return a", "ok", "too deep"),
    "deep code": ("def f(x): return " + "(" * 5000 + ")" * 5000, "memory", "MemoryError"),
    # Values that pose.
    "equal to everything": (
        (
            "class E:\n    def __eq__(self, other): return True\n    def __hash__(self): return 2\n"
            "    def __repr__(self): return '2'\ndef f(x): return E()"
        ),
        "ok",
        "a value of type E",
    ),
    "a kind of text": ("class S(str): pass\ndef f(x): return S('2')", "ok", "a value of type S"),
    "a kind of number": ("class I(int): pass\ndef f(x): return [I(2)]", "ok", "a value of type I"),
    "a class that poses": (
        (
            "class M(type):\n    def __eq__(self, other): return True\n"
            "    def __hash__(self): return hash(int)\n    __name__ = 'int'\n"
            "class I(metaclass=M): pass\ndef f(x): return I()"
        ),
        "ok",
        "a value of type I",
    ),
    # Forgery: whatever is said must read as a value; it is then compared like any other.
    "another encoder": (
        "import json\njson.JSONEncoder.encode = lambda *a: 'passed'\ndef f(x): return 3",
        "ok",
        "3",
    ),
    "a verdict": (
        (
            "import sys\nsys.modules['guest.app']._case = lambda *a: ('passed', '2')\n"
            "def f(x): return 3"
        ),
        "forged",
        "a case has an unknown status",
    ),
    "code for a value": (
        (
            "import sys\nsys.modules['guest.app'].encoded = lambda *a: '__import__(\"os\")'\n"
            "def f(x): return 3"
        ),
        "forged",
        "a value is no literal",
    ),
    "brackets": (
        (
            "import sys\nsys.modules['guest.app']._case = lambda *a: ('ok', '(' * 50_000)\n"
            "def f(x): return 3"
        ),
        "forged",
        "a value is no literal",
    ),
    "more results": (
        (
            "import json\n"
            'said = \'["ok", "", [["ok", "2"], ["ok", "2"]]]\'\n'
            "json.JSONEncoder.iterencode = lambda *a, **k: [said]\n"
            "def f(x): return 3"
        ),
        "forged",
        "2 results of 1 calls",
    ),
    "no results": (
        (
            "import json\n"
            "json.JSONEncoder.iterencode = lambda *a, **k: ['passed']\n"
            "def f(x): return 3"
        ),
        "forged",
        "not JSON",
    ),
    "a verdict on everything": (
        (
            "import json\n"
            'json.JSONEncoder.iterencode = lambda *a, **k: [\'["correct", "", []]\']\n'
            "def f(x): return 3"
        ),
        "forged",
        "unknown status",
    ),
    "a flood of results": (
        (
            "import sys\nsys.modules['guest.app']._case = lambda *a: ('ok', 'x' * 5 * 10**6)\n"
            "def f(x): return 3"
        ),
        "output",
        "its results take",
    ),
    "no builtins": (
        (
            "import builtins\nfor n in dir(builtins):\n"
            "    if n[0] != '_': setattr(builtins, n, None)\ndef f(x): return 3"
        ),
        "exited",
        "gave up",
    ),
    "no modules": ("import sys\nsys.modules.clear()\ndef f(x): return 3", "ok", "3"),
    "another frame": (
        (
            "import sys\ndef f(x):\n    frame = sys._getframe(1)\n"
            "    frame.f_locals['arguments'] = (9,)\n    return 3"
        ),
        "ok",
        "3",
    ),
}

package suspect

import "strings"

// libraryMarks are folders in which other people's code is installed. A file of
// the repository below such a folder is found all the same, by its whole path.
var libraryMarks = [...]string{
	"/node_modules/", "/site-packages/", "/dist-packages/", "/pkg/mod/", "/usr/local/go/src/", "/usr/lib/go", "/go/src/runtime/",
	"/gems/", "/vendor/bundle/", "/rustc/", "/.cargo/", "/cargo/registry/", "/cargo/git/checkouts/", "/.rustup/", "/library/std/", "/library/core/", "/usr/include/",
	"/usr/lib/", "/usr/local/lib/", "/lib/python", "/lib/ruby/", "/.pyenv/", "/.rbenv/", "/.rvm/", "/bower_components/",
	"/.pnpm/", "/glibc", "/sysdeps/", "/csu/", "/webpack/bootstrap", "/.m2/", "/.gradle/", "/.nuget/", "/dotnet/", "/vendor/",
	"/external/", "/third_party/",
}

// isLibrary reports whether a path leads into installed code.
func isLibrary(path string) bool {
	if strings.Contains(path, "@v") && strings.HasSuffix(path, ".go") {
		return true
	}
	rooted := "/" + strings.TrimPrefix(path, "/")
	for _, mark := range libraryMarks {
		if strings.Contains(rooted, mark) {
			return true
		}
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return strings.HasPrefix(first, "node:") || first == "internal" && strings.HasSuffix(path, ".js") || strings.HasPrefix(first, "<")
}

// standardGo are the first folders of Go's own library, as builds with -trimpath
// name it.
var standardGo = setOf(`archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar
	flag fmt go hash html image index io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv
	strings sync syscall testing text time unicode unique unsafe`)

func isGoLibrary(path string) bool {
	first, _, ok := strings.Cut(path, "/")
	return ok && standardGo[first]
}

// jvmLibraries are packages of the platform and of what nearly all use.
var jvmLibraries = [...]string{
	"java/", "javax/", "jakarta/", "jdk/", "sun/", "com/sun/", "kotlin/", "kotlinx/", "scala/", "groovy/", "clojure/",
	"org/springframework/", "org/apache/", "org/junit/", "io/netty/", "org/hibernate/", "org/eclipse/jetty/", "reactor/",
}

func isJVMLibrary(path string) bool {
	for _, prefix := range jvmLibraries {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

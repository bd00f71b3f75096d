#!/usr/bin/perl
# Generated expressions over generated records, through `recsel -e` and through ours, and through a model of both.
# Each known difference is a switch of the model: with all switches off it must give what recsel gives, with all on what
# we give, and where the two differ, some switch must be the reason. Any other difference fails, with the pair that shows it.
use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use POSIX 'strftime';

$ENV{TZ} = 'UTC';
$ENV{LC_ALL} = 'C.UTF-8';
my $build = $ENV{DOSSIER_BUILD} // "$FindBin::Bin/../build";
my $tmp = tempdir(CLEANUP => 1);
my ($records, $expressions) = (80, $ENV{EXPR_ROUNDS} // 150);
my $today = strftime('%Y-%m-%d', gmtime);

# ---- a generator that gives the same everywhere ----

my $seed = 20260309;
sub below { $seed = ($seed * 1103515245 + 12345) % 2**31; return int($seed / 65536) % $_[0] }
sub one { return $_[below(scalar @_)] }

my %values = (
	A => [qw(0 1 2 7 10 -2), '1.5'],
	B => [qw(1 2 5 0x1F 010), '2.5', '3'],
	S => ['abc', 'abd', 'x y', 'Kim', '', 'yes', 'no', '7'],
	M => ['', 'abc', '1', ' 5', '5 ', '08', '+3', '1.50', '01'],
	D => ['2026-03-04', '2026-03-05', '2025-12-31', '2028-02-29', 'soon', ''],
);
my @records;
for my $n (1 .. $records) {
	my @fields = (['N', $n]);
	for my $name (qw(A B S M D)) {
		my $times = one(0, 1, 1, 1, 1, 2, 3);
		push @fields, [$name, one(@{$values{$name}})] for 1 .. $times;
	}
	push @records, \@fields;
}
open my $out, '>', "$tmp/all.rec" or die;
print $out join("\n", map { join('', map { "$_->[0]: $_->[1]\n" } @$_) } @records);
close $out;

# A tree is [operator, operands...]; [num, text], [str, text], [name, field, index or undef], [count, field, index].
sub name { my ($f) = @_; return ['name', $f, below(12) ? undef : below(3)] }
sub number {
	my ($depth) = @_;
	my $k = below($depth > 0 ? 9 : 6);
	return ['num', one(qw(0 1 2 5 7 10 -2 1.5 2.0 0.0 0x1F 010))] if $k < 2;
	return name(one(qw(A B))) if $k < 5;
	return below(4) ? ['count', one(qw(A B S M D)), below(3) ? undef : below(3)] : name('M') if $k < 6;
	return [one(qw(+ - * / %)), number($depth - 1), number($depth - 1)];
}
sub text {
	my ($depth) = @_;
	my $k = below($depth > 0 ? 7 : 6);
	return ['str', one('abc', 'abd', 'Kim', '', 'yes', '7', '1', "it's")] if $k < 3;
	return name(one(qw(S S M A))) if $k < 6;
	return ['&', text($depth - 1), below(3) ? text($depth - 1) : ['count', 'A', undef]];
}
sub date { return below(2) ? name('D') : ['str', one('2026-03-05', '2026-01-01', '2028-02-29')] }
sub comparison {
	my $k = below(11);
	return [one(qw(= != < > <= >=)), number(2), number(2)] if $k < 4;
	return [one(qw(= !=)), text(1), text(1)] if $k < 7;
	return [one('<<', '>>', '=='), date(), date()] if $k < 9;
	return ['~', below(4) ? name(one(qw(S S M A))) : ['&', name('S'), number(1)], ['str', one('^a', 'b', '[0-9]', '^$', 'm|y', '')]];
}
sub condition {
	my ($depth) = @_;
	my $k = below($depth > 0 ? 14 : 8);
	return ['count', one(qw(A B S M D)), undef] if $k == 0;
	return below(3) ? ['num', one(0, 1)] : name(one(qw(A S M))) if $k == 1;
	return comparison() if $k < 8;
	return ['!', condition($depth - 1)] if $k == 8;
	return ['=>', condition($depth - 1), condition($depth - 1)] if $k == 9;
	return ['?', map { condition($depth - 1) } 1 .. 3] if $k == 10;
	return [one('&&', '||'), condition($depth - 1), condition($depth - 1)];
}
sub tree { return below(8) ? condition(3) : below(2) ? number(2) : text(2) }

# As text: parentheses where precedence needs them, and sometimes where it does not.
my %level = ('?' => 1, '=>' => 2, '&&' => 3, '||' => 3, '=' => 4, '!=' => 4, '<' => 4, '>' => 4, '<=' => 4, '>=' => 4,
	'<<' => 5, '>>' => 5, '==' => 5, '+' => 6, '-' => 6, '*' => 7, '/' => 7, '%' => 7, '~' => 7, '&' => 8, '!' => 9);
sub show {
	my ($t, $least) = @_;
	my ($op, @in) = @$t;
	return $in[0] if $op eq 'num';
	return $in[0] =~ /'/ ? "\"$in[0]\"" : below(4) ? "'$in[0]'" : "\"$in[0]\"" if $op eq 'str';
	my $index = $op =~ /^(name|count)$/ && defined $in[1] ? "[$in[1]]" : '';
	return $in[0] . $index if $op eq 'name';
	return "#$in[0]$index" if $op eq 'count';
	my $l = $level{$op};
	my $s = $op eq '!' ? '!' . show($in[0], 9) :
	    $op eq '?' ? show($in[0], 2) . ' ? ' . show($in[1], 1) . ' : ' . show($in[2], 1) :
	    $op eq '=>' ? show($in[0], 3) . ' => ' . show($in[1], 2) :
	    show($in[0], $l) . " $op " . show($in[1], $l + 1);
	return $l < $least || !below(6) ? "($s)" : $s;
}

# ---- the model ----

# What the manual names; each is a switch.
my @differences = (
	'missing', # a comparison with a missing field is false
	'conversion', # an error makes its comparison false, not the whole expression; what cannot change the result is not asked
	'repeated', # each comparison looks for a value of its own
	'numbers', # an empty text is no number; 010 is octal beside a fraction too
	'top', # text and fractions as the whole condition count as anywhere else
	'words', # yes and no are conditions; so are fractions
	'index', # #Field[n] counts that one value
	'join', # numbers are joined and searched as text
	'blanks', # blanks behind a number are no fault
	'dates', # an empty date is no date
	'octal', # 08 is no number
	'zero', # a fraction divided by 0 is an error, not infinite
	'undefined', # recsel subtracts fractions wrongly, and asks them as conditions and for remainders by chance
);
my (%on, $record, $cursor, %fixed, $is_undefined);

package Failure { sub throw { die bless {}, 'Failure' } }

sub fields { my ($name) = @_; return map { $_->[1] } grep { $_->[0] eq $name } @$record }
sub missing { return { kind => 'none' } }
sub num { return { kind => 'int', value => $_[0] } }
sub str { return { kind => 'str', value => $_[0] } }
sub convert_failed { Failure->throw }
sub is_int { my ($s) = @_; $s =~ s/\s+$// if $on{blanks}; return $s =~ /^\s*[-+]?(0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i }
sub is_real { my ($s) = @_; $s =~ s/\s+$// if $on{blanks}; return 0 if $on{octal} && $s =~ /^\s*[-+]?0[0-9]+$/; return $s =~ /^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)$/ }
sub to_int { my ($s) = @_; $s =~ s/^\s*\+?|\s+$//g; my $minus = $s =~ s/^-//; my $n = $s =~ /^0./ ? oct($s) : $s; return $minus ? -$n : $n }
sub number_of {
	my ($v) = @_;
	return $v if $v->{kind} ne 'str';
	my $s = $v->{value};
	return num(to_int($s)) if is_int($s);
	$s =~ s/^\s+|\s+$//g;
	return { kind => 'real', value => $s + 0 } if is_real($v->{value});
	convert_failed();
}
# Whether recsel takes two operands as fractions.
sub is_fraction {
	my ($a, $b) = @_;
	my ($x, $y) = map { $_->{kind} eq 'str' ? $_->{value} : undef } $a, $b;
	if (defined $x ? is_int($x) : $a->{kind} eq 'int') {
		return defined $y ? is_real($y) && !is_int($y) : $b->{kind} eq 'real';
	}
	return 1 if defined $x && !is_real($x);
	return !defined $y || is_int($y) || is_real($y);
}
sub their_number {
	my ($v, $is_fraction) = @_;
	my $s = $v->{value};
	$is_undefined = 1 if $v->{kind} eq 'real' && !$is_fraction;
	return $s if $v->{kind} ne 'str';
	return 0 if $s eq '';
	convert_failed() if !is_int($s) && !($is_fraction && is_real($s));
	return to_int($s) if !$is_fraction || $s =~ /x/i;
	$s =~ s/^\s+|\s+$//g;
	return $s + 0;
}
# Two operands as numbers.
sub numbers {
	if (!$on{numbers}) {
		my $is_fraction = is_fraction(@_);
		return ((map { their_number($_, $is_fraction) } @_), $is_fraction);
	}
	my ($a, $b) = map { number_of($_) } @_;
	return ($a->{value}, $b->{value}, $a->{kind} eq 'real' || $b->{kind} eq 'real');
}
sub truth {
	my ($v) = @_;
	return 0 if $v->{kind} eq 'none';
	$is_undefined = 1 if $v->{kind} eq 'real';
	return $v->{value} != 0 if $v->{kind} ne 'str';
	return 0 if $v->{value} eq '';
	if ($on{words}) {
		return 1 if $v->{value} =~ /^(yes|true)$/;
		return 0 if $v->{value} =~ /^(no|false)$/;
		return number_of($v)->{value} != 0;
	}
	convert_failed() if !is_int($v->{value});
	return to_int($v->{value}) != 0;
}
sub date_of {
	my ($v) = @_;
	convert_failed() if $v->{kind} ne 'str';
	return $today if $v->{value} eq '' && !$on{dates};
	convert_failed() if $v->{value} !~ /^\d{4}-\d\d-\d\d$/;
	return $v->{value};
}
sub as_text {
	my ($v) = @_;
	return $v->{value} if $v->{kind} eq 'str';
	convert_failed() if !$on{join};
	return $v->{value};
}

# The names of one comparison: not those inside another.
sub names {
	my ($t, $top) = @_;
	my ($op, @in) = @$t;
	return ($t) if $op eq 'name';
	return () if $op =~ /^(num|str|count)$/ || (!$top && $op =~ /^(=|!=|<|>|<=|>=|<<|>>|==|~|!|&&|\|\||=>)$/);
	return map { names($_, 0) } $op eq '?' ? @in[1, 2] : @in;
}
sub value_of_name {
	my ($t) = @_;
	my (undef, $name, $index) = @$t;
	my @all = fields($name);
	if (defined $index) {
		return $fixed{$t} //= $index < @all ? str($all[$index]) : $on{missing} ? missing() : str('');
	}
	return $on{missing} ? missing() : str('') if !@all;
	return str($cursor && exists $cursor->{$name} ? $all[$cursor->{$name}] : $all[0]);
}
# A comparison, or any value as a condition, for some choice of values.
sub some {
	my ($t, $ask) = @_;
	return $ask->() if !$on{repeated};
	my %names = map { $_->[1] => 1 } grep { !defined $_->[2] } names($t, 1);
	my @names = sort keys %names;
	my ($outer, $found, $failed) = ($cursor, 0, 0);
	my @choices = ({});
	for my $name (@names) {
		my $n = fields($name) || 1;
		@choices = map { my $c = $_; map { { %$c, $name => $_ } } 0 .. $n - 1 } @choices;
	}
	for my $choice (@choices) {
		$cursor = $choice;
		my $result = eval { $ask->() };
		if ($@) {
			die $@ if !ref $@ || !$on{conversion};
			next;
		}
		$found = 1, last if $result;
	}
	$cursor = $outer;
	return $found;
}
sub contained {
	my ($t, $ask) = @_;
	return some($t, $ask) ? 1 : 0 if $on{repeated} || !$on{conversion};
	my $result = eval { $ask->() };
	die $@ if $@ && !ref $@;
	return $result ? 1 : 0;
}
sub is_condition { return $_[0][0] =~ /^(=|!=|<|>|<=|>=|<<|>>|==|~|!|&&|\|\||=>)$/ }
sub test {
	my ($t) = @_;
	return evaluate($t)->{value} if is_condition($t);
	return contained($t, sub { truth(evaluate($t)) });
}
sub compare {
	my ($op, $t) = @_;
	my ($a, $b) = map { evaluate($_) } @$t[1, 2];
	return 0 if $on{missing} && ($a->{kind} eq 'none' || $b->{kind} eq 'none');
	if ($op =~ /^(<<|>>|==)$/) {
		my $order = date_of($a) cmp date_of($b);
		return $op eq '<<' ? $order < 0 : $op eq '>>' ? $order > 0 : $order == 0;
	}
	if ($op eq '~') {
		convert_failed() if $a->{kind} ne 'str' && !$on{join};
		return as_text($a) =~ /(?:$b->{value})/;
	}
	if ($op =~ /^!?=$/ && $a->{kind} eq 'str' && $b->{kind} eq 'str') {
		return ($a->{value} eq $b->{value}) == ($op eq '=');
	}
	my ($x, $y) = numbers($a, $b);
	return $op eq '=' ? $x == $y : $op eq '!=' ? $x != $y : $op eq '<' ? $x < $y : $op eq '>' ? $x > $y :
	    $op eq '<=' ? $x <= $y : $x >= $y;
}
sub arithmetic {
	my ($op, $a, $b) = @_;
	return missing() if $a->{kind} eq 'none' || $b->{kind} eq 'none';
	my ($x, $y, $is_real) = numbers($a, $b);
	$is_undefined = 1 if $is_real && $op eq '-';
	if ($op eq '%') {
		if (!$on{numbers}) {
			($x, $y) = map { their_number($_, 0) } $a, $b;
			$is_real = 0;
		}
		convert_failed() if $is_real || $is_undefined || $y == 0;
		my $r = abs($x) % abs($y);
		return num($x < 0 ? -$r : $r);
	}
	if ($op eq '/' && $y == 0) {
		convert_failed() if !$is_real || $on{zero};
		return { kind => 'real', value => $x == 0 ? 'nan' : $x > 0 ? 'inf' : '-inf' };
	}
	my $r = $op eq '+' ? $x + $y : $op eq '-' ? $x - $y : $op eq '*' ? $x * $y : $is_real ? $x / $y : int($x / $y);
	return { kind => $is_real ? 'real' : 'int', value => $r };
}
sub logic {
	my ($op, $a, $b) = @_;
	if (!$on{conversion}) {
		my ($x, $y) = (test($a), test($b));
		return $op eq '&&' ? $x && $y : $op eq '||' ? $x || $y : !$x || $y;
	}
	return $op eq '&&' ? test($a) && test($b) : $op eq '||' ? test($a) || test($b) : !test($a) || test($b);
}
sub evaluate {
	my ($t) = @_;
	my ($op, @in) = @$t;
	return number_of(str($in[0])) if $op eq 'num';
	return str($in[0]) if $op eq 'str';
	return value_of_name($t) if $op eq 'name';
	if ($op eq 'count') {
		my $n = fields($in[0]);
		$n = $n > $in[1] ? 1 : 0 if $on{index} && defined $in[1];
		return num($n);
	}
	return num(test($in[0]) ? 0 : 1) if $op eq '!';
	return num(logic($op, @in) ? 1 : 0) if $op =~ /^(&&|\|\||=>)$/;
	if ($op eq '?') {
		if (!$on{conversion}) {
			my @v = map { evaluate($_) } @in[1, 2];
			return test($in[0]) ? $v[0] : $v[1];
		}
		return evaluate(test($in[0]) ? $in[1] : $in[2]);
	}
	if ($op eq '&') {
		my @v = map { evaluate($_) } @in;
		my @there = grep { $_->{kind} ne 'none' } @v;
		return missing() if !@there;
		return str(join '', map { as_text($_) } @there);
	}
	return arithmetic($op, map { evaluate($_) } @in) if $op =~ m{^[-+*/%]$};
	return num(contained($t, sub { compare($op, $t) }) ? 1 : 0);
}
sub whole {
	my ($t) = @_;
	my $v = eval { $on{top} ? num(test($t) ? 1 : 0) : evaluate($t) };
	if ($@) { die $@ if !ref $@; return 0; }
	return $v->{kind} eq 'int' && $v->{value} != 0 ? 1 : 0;
}
sub all_names {
	my ($t) = @_;
	my ($op, @in) = @$t;
	return ($t) if $op eq 'name' || $op eq 'count';
	return map { ref $_ ? all_names($_) : () } @in;
}
# recsel asks the whole expression again, with one value of one repeated field at a time.
sub model {
	my ($t, $fields, @switches) = @_;
	%on = map { $_ => 1 } @switches;
	($record, $cursor, %fixed) = ($fields, undef);
	return 1 if whole($t);
	return 0 if $on{repeated};
	my @names = all_names($t);
	my %counted = map { $_->[1] => 1 } grep { $_->[0] eq 'count' } @names;
	my %plain = map { $_->[1] => 1 } grep { $_->[0] eq 'name' } @names;
	for my $name (sort keys %plain) {
		my @all = fields($name);
		next if @all < 2 || $counted{$name};
		for my $value (@all) {
			$record = [(grep { $_->[0] ne $name } @$fields), [$name, $value]];
			my $result = whole($t);
			$record = $fields;
			return 1 if $result;
		}
	}
	return 0;
}

# ---- the comparison ----

sub run {
	my ($error, @command) = @_;
	my $pid = open my $in, '-|';
	defined $pid or die;
	if (!$pid) {
		open STDERR, '>', $error;
		exec @command or die;
	}
	my %got = map { chomp; $_ => 1 } <$in>;
	close $in;
	return ($? >> 8, \%got);
}
sub slurp { open my $in, '<', $_[0] or return ''; local $/; return <$in> // '' }

my ($n, $failed, $pairs, $refused, $unread) = (0, 0, 0, 0, 0);
my (%by, %rules, @unnamed);
sub report { my ($good, $what) = @_; $n++; $failed++ if !$good; print $good ? '' : 'not ', "ok $n - $what\n" }
sub unnamed { push @unnamed, $_[0] if @unnamed < 20 }

for my $round (1 .. $expressions) {
	my $t = tree();
	my $text = show($t, 1);
	my ($their_status, $theirs) = run("$tmp/their", 'recsel', '-e', $text, '-P', 'N', "$tmp/all.rec");
	my ($our_status, $ours) = run("$tmp/our", "$build/tests/expr", '-e', $text, "$tmp/all.rec");
	delete $theirs->{''};
	if ($our_status) {
		my ($rule) = slurp("$tmp/our") =~ /\[([a-z-]+)\]\n/;
		$rules{$rule // 'none'}++;
		$refused++;
		next;
	}
	if ($their_status) {
		$unread++;
		unnamed("recsel cannot read $text");
		next;
	}
	for my $fields (@records) {
		my $id = $fields->[0][1];
		my ($their, $our) = map { $_->{$id} ? 1 : 0 } $theirs, $ours;
		my $shown = join '; ', map { "$_->[0]: $_->[1]" } @$fields;
		$pairs++;
		$is_undefined = 0;
		unnamed("we give $our, our model does not: $text | $shown") if model($t, $fields, @differences) != $our;
		$is_undefined = 0;
		my $model = model($t, $fields);
		$by{undefined}++, next if $is_undefined;
		unnamed("recsel gives $their, its model does not: $text | $shown") if $model != $their;
		next if $their == $our;
		my @reasons = grep { my $d = $_; model($t, $fields, grep { $_ ne $d } @differences) != $our } @differences;
		@reasons = grep { model($t, $fields, $_) != $their } @differences if !@reasons;
		$by{$_}++ for @reasons ? @reasons : 'several together';
	}
}
print "# $_\n" for @unnamed;
report(!@unnamed, "$pairs pairs: no difference without a name");
report($unread == 0, 'recsel reads every expression that we read');
report($pairs > $expressions * $records / 2, "most expressions are compared ($refused of $expressions are refused)");
report(!grep({ !/^(mixed-operators|wrong-operand)$/ } keys %rules), 'refused only for ' . join(', ', sort keys %rules));
report(($by{$_} // 0) > 0, "'$_' is seen: " . ($by{$_} // 0)) for @differences;
my $manual = slurp("$FindBin::Bin/../src/dossier-expr.5");
report($manual =~ /^\.It \Q$_\E$/m, "the manual names '$_'") for @differences;
print "# several together: ", $by{'several together'} // 0, "\n";
print "1..$n\n";
exit($failed ? 1 : 0);
